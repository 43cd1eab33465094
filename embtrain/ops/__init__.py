"""The training operators: one folder per objective."""
