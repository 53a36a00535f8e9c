"""From a probability map to opacity: threshold, edges, islands, strokes, and how doubtful the result is."""
