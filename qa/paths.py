"""Paths as people write them."""

import os
from pathlib import Path


def expanded(path: str | Path) -> Path:
    """Return a path with "~" as the home it stands for; of a user whom nobody knows, it stays a name like any other."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - pathlib raises RuntimeError where there is no such user
