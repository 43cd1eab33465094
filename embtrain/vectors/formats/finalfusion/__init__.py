"""The file format of finalfusion."""
