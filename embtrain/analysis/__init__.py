"""What trained vectors are asked: queries, evaluation, comparison, pictures."""
