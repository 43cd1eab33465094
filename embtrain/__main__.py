"""Where the process starts, as ``embtrain`` and as ``python -m embtrain``."""

import signal

# Ctrl-C during the imports ends the process at once and without a traceback; main() takes over from here. A
# SIGINT that the shell has told us to ignore stays ignored.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from embtrain.cli.main import main

if __name__ == "__main__":
    main()
