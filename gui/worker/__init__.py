"""What runs beside the window: the thread that owns the predictor, maps for the canvas, batches."""
