"""What a run reports while it goes on: progress, the log, and text that is safe to show."""
