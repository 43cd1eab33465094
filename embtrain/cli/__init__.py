"""The command line: a folder for each group of commands, which parse, call the library and print."""
