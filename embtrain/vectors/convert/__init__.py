"""From any format to any other: which rows, and how they are written."""
