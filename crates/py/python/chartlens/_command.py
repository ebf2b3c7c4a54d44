"""The ``chartlens`` command."""

from __future__ import annotations

import os
import shutil
import signal
import sys

from ._native import run


def main() -> int:
    """Run the command with the arguments of the process and return its exit code."""
    # Ctrl-C and closed pipes end the command as they end any other program.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    terminal = None
    if sys.stdout is not None and sys.stdout.isatty():
        terminal = shutil.get_terminal_size().columns
    arguments = [os.fsencode(argument).decode("utf-8", "replace") for argument in sys.argv[1:]]
    return run(arguments, terminal)
