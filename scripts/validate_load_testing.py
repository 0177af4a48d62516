#!/usr/bin/env python3
"""Checks that load tests can be run from here: the same as `lftui validate`, from a checkout.

python scripts/validate_load_testing.py [--host URL] [--smoke] [--json]
"""

from __future__ import annotations

import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


def main() -> int:
    """Check the setup; the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this has not installed it yet
        print("lftui needs Python 3.11 or newer; this is", sys.version.split()[0], file=sys.stderr)
        return 1
    sys.path.insert(0, str(REPOSITORY))
    try:
        from lftui.cli import main as lftui

        return lftui(["validate", *sys.argv[1:]])
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("lftui"):
            raise
        how = f"in {REPOSITORY} run: python -m pip install -e ."
        print(f"lftui: {error.name} is not installed in this Python; {how}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
