"""From a photo and its alpha to the cutout: foreground colours, background, composition."""
