"""The photo looked at: from the list through its map to the canvas, the clipboard and other programs."""
