"""Entry point: ``python3 tests/second_counter …`` or ``python3 -m second_counter …``."""

import os
import sys

sys.dont_write_bytecode = True  # leave no files behind

if not __package__:  # started as a folder: make the folder importable as a package
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    from second_counter.cli import main
else:
    from .cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
