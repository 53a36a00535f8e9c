"""The live preview: what is seen (view), how it is painted (painting), mouse, pen and keys (canvas)."""
