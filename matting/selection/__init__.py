"""Which things are meant: clicks, rough strokes and boxes on a photo turned into a new probability map."""
