"""``python -m embtrain`` is the same as ``embtrain``."""

from embtrain.cli.main import main

main()
