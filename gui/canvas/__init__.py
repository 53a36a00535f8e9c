"""The live preview: what is seen (view), how it is painted (painting), what tools do (hand), and mouse and keys."""
