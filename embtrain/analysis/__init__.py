"""What vectors are good for: questions, scores, comparisons and pictures."""
