"""What the operators that train on windows share."""
