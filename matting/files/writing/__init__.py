"""From a cutout's pixels to a file's bytes."""
