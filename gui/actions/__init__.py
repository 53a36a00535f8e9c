"""Everything that a menu, a button or a key can do."""
