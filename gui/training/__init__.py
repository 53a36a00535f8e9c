"""The window onto local training: a form, a child process of the same program, and what it reports."""
