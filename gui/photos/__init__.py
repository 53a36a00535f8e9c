"""The list of photos: its entries, how they are ordered and shown, and how photos get in."""
