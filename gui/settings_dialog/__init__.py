"""The settings dialog: one page a subject, built from the table in ``gui.settings``."""
