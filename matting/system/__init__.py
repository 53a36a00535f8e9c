"""Processes, disks and logs: what any program needs and no photo knows of."""
