"""A batch run from the window."""
