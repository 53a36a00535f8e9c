"""What runs beside the window: the predictor, maps, previews, full-size cutouts."""
