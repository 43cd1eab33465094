"""Vector files of other tools: a module or a folder for each."""
