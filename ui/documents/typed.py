"""What somebody types to have it ingested: a path of the machine that runs Footnote, or a web address."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from qa.errors import LoadError
from qa.paths import expanded
from ui.web.access import current_access
from ui.web.language import t


def machine_path(folder: str, home: Path) -> Path:
    """Return the folder or file of this machine that was typed.

    Raises:
        AccessError: What is on this machine is not for who asks to know.
        LoadError: There is none, or it is where Footnote keeps its own files.
    """
    current_access().require_configuring()
    if not folder:
        raise LoadError(t("No path"), t("type the path of a folder or file"))
    # ".." is taken out, or a folder would have two names.
    path = Path(os.path.abspath(expanded(folder)))  # noqa: PTH100
    try:
        there = path.exists()
    except (OSError, ValueError):
        there = False
    if not there:
        raise LoadError(folder, t("no such file or folder on the machine that runs Footnote; check the path"))
    if path.resolve() == home.resolve() or home.resolve() in path.resolve().parents:
        raise LoadError(folder, t("Footnote keeps its own files there; choose another folder"))
    return path


def web_address(typed: str) -> str:
    """Return a web address that was typed, perhaps without its beginning.

    Raises:
        LoadError: It is none.
    """
    address = typed.strip()
    if address and "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        # To read the port fails where it is none: "javascript:alert(1)".
        is_whole = bool(parts.hostname) and parts.port != 0 and not re.search(r"\s", address)
        fine = is_whole and parts.scheme.lower() in ("http", "https")
    except ValueError:
        fine = False
    if not fine:
        raise LoadError(typed.strip() or t("No address"), t("write an address that begins with https://"))
    return address
