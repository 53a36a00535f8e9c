"""A folder watched from the window."""
