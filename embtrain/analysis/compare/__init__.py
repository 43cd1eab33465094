"""What differs between two files of vectors."""
