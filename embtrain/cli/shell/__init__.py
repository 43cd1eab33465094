"""What shells expect of a command: completion, and variables in place of options."""
