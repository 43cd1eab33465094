"""Converts vectors from any format to any other."""
