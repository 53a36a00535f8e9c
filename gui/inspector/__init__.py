"""The panel on the right: every choice for a photo and for what is written, one section a subject."""
