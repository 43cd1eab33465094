"""Keeps a training on disk while it runs, so that it can go on after it was interrupted or killed."""
