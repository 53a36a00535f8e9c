"""Datasets: found, checked, read and turned into batches."""
