"""Inputs: finds the files to read, opens and decompresses them, and recognises their kind."""
