"""What the source text itself must hold: names, messages, the stub of the native module."""
