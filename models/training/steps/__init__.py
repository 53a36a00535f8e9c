"""What one step of training does: loop, losses, teacher, averages."""
