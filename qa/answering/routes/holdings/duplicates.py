"""Files that hold the same, byte by byte. Pure functions."""

from collections.abc import Sequence

from qa.store.records import RegisterRow


def duplicates(rows: Sequence[RegisterRow]) -> list[list[RegisterRow]]:
    """Return the files that hold the same bytes as another one, in groups, by source.

    What lies within another file, such as an attachment, is left out: the register knows the bytes of files alone.
    """
    groups: dict[str, list[RegisterRow]] = {}
    for row in sorted(rows, key=lambda row: row.source):
        if row.sha256 and "!/" not in row.source:
            groups.setdefault(row.sha256, []).append(row)
    return [held for held in groups.values() if len(held) > 1]
