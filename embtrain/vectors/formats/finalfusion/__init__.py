"""finalfusion's files."""
