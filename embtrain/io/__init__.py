"""File access for the layers above: inputs, the documents in them, outputs, and reports on a run."""
