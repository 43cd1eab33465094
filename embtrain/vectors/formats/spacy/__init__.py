"""The vectors of spaCy's pipelines."""
