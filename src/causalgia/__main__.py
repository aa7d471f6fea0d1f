"""`python -m causalgia` is the `causalgia` command."""

from __future__ import annotations

import sys

from causalgia.cli import main

if __name__ == "__main__":
    sys.exit(main())
