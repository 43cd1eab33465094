"""Trains: the session, the training loop and the objectives."""
