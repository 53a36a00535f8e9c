"""Everything about pixels, in numpy and OpenCV: reading, alpha, edges, colours, writing, the batch engine."""
