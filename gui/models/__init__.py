"""The model in use, and the list to choose it from."""
