"""What the Help menu shows: the shortcuts sheet, the log and About."""
