"""From a file's bytes to a photo's pixels."""
