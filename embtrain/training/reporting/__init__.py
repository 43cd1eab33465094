"""What a training tells while it goes on: events, the words for them, and the lines of a log."""
