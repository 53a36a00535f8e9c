"""Settings: the table of them, and the dialog that changes them."""
