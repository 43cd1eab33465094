"""Text formats for vectors."""
