"""What the window keeps: photos, settings, strokes, output, and the file they are saved in."""
