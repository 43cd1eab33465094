"""Reports on a run: progress, the log, and text that is safe to show on a terminal."""
