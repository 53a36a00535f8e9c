"""The live preview: what is seen (view), how it is painted (painting), and the hand that moves and paints (canvas)."""
