"""`python -m lftui`."""

import sys

from lftui.cli import main

if __name__ == "__main__":
    sys.exit(main())
