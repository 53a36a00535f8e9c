"""Presets: named sets of cut and output settings, each a small JSON file that can be shared."""
