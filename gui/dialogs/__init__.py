"""Dialogs: about, licences, log, shortcuts, unexpected errors."""
