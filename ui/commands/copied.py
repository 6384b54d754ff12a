"""What a copy of a collection comes to in words, for the commands that copy one."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.store.transfer import Copied


def copied_words(copied: "Copied", name: str) -> str:
    """Return what was stored under this name, in one line."""
    from qa.store.transfer import SEED

    parts = [f'{copied.documents:,} documents and {copied.chunks:,} chunks stored in "{name}"']
    if copied.present:
        parts.append(f"{copied.present:,} were there already")
    if copied.others:
        parts.append(f"{copied.others:,} others there stay")
    return f"{', '.join(parts)}; {copied.compared:,} documents compared field by field, chosen with seed {SEED}"
