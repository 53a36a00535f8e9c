"""From which doubt on a person should look at a cutout."""

WANTS_A_LOOK = 0.28
"""From this doubt on a person should look at the cutout: its expected IoU is under 0.72, or a patch is undecided."""
