"""A watched folder: photos are cut as they arrive."""
