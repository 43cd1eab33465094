"""Outputs: complete or not there at all, never an input of the same run, and kept when renaming fails."""
