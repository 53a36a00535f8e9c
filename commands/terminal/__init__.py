"""What the commands print: progress, reports, measurements; and how Ctrl-C ends them."""
