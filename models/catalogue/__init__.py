"""Which models there are: bundled, installed, offered; importing, installing, removing."""
