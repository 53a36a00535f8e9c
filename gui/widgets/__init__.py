"""Small controls that take values in and send signals out."""
