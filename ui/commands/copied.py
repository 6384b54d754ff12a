"""The result of copying a collection, in words, for the commands that copy one."""

from typing import TYPE_CHECKING

from qa.command.printing import counted

if TYPE_CHECKING:
    from qa.store.transfer import Copied


def copied_words(copied: "Copied", name: str) -> str:
    """Return what was stored under this name, in one line."""
    from qa.store.transfer import SEED

    parts = [f'{counted(copied.documents, "document")} and {counted(copied.chunks, "chunk")} stored in "{name}"']
    if copied.present:
        parts.append(f"{copied.present:,} were there already")
    if copied.others:
        parts.append(f"{copied.others:,} others there stay")
    return (
        f"{', '.join(parts)}; {counted(copied.compared, 'document')} compared field by field, chosen with seed {SEED}"
    )
