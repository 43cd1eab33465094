"""Pictures of vectors and of trainings, and a page to explore vectors in a browser."""
