"""Reports a training run: events, messages and the lines of a log."""
