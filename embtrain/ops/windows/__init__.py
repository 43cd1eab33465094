"""What the operators that train on windows of words have in common."""
