"""The names that files are registered under: their paths within the folder that was ingested, not within the machine.

The documents of `~/papers` are called `papers/a.pdf`, `papers/sub/b.pdf`, wherever that folder is mounted. Each row of
the register says where its folder was when it was stored, so that another folder of the same name gets another label.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from qa.store import RegisterRow

# Keys of the metadata of a register row.
ROOT = "root"
SINGLE = "single"
INSIDE = "inside"

_SAME_SHARE = 0.5  # a folder elsewhere that holds this share of the registered paths is taken for the same one


@dataclass(frozen=True, slots=True)
class Root:
    """A folder, and the label that the names of its files begin with; `single` if only some of its files were named."""

    folder: Path
    label: str
    single: bool = False

    def name_of(self, path: Path) -> str:
        """Return the name of a file beneath the folder."""
        return f"{self.label}/{path.relative_to(self.folder).as_posix()}"

    def metadata(self) -> dict[str, str]:
        """Return what the register rows of its files say about it."""
        return {ROOT: str(self.folder), **({SINGLE: "yes"} if self.single else {})}


class Roots:
    """The folders that a register knows."""

    def __init__(self, rows: Iterable[RegisterRow]) -> None:
        """Collect the folders; rows of documents that came from no file have none."""
        self._known: dict[tuple[Path, str], bool] = {}
        self._names: dict[str, set[str]] = {}
        for row in rows:
            label, _, rest = row.source.partition("/")
            if (folder := row.metadata.get(ROOT)) and rest:
                key = (Path(folder), label)
                self._known[key] = self._known.get(key, True) and SINGLE in row.metadata
                if INSIDE not in row.metadata:
                    self._names.setdefault(label, set()).add(rest)

    def resolve(self, folder: Path, *, single: bool, names: Collection[str], label: str = "") -> Root:
        """Return the root that a named folder belongs to, a new one if it is not known.

        Args:
            folder: What was named, or the folder of the file that was named.
            single: Whether it was a file.
            names: Paths of the files found, within the folder.
            label: What the user calls it; "" leaves it to the folder's name.
        """
        if label:
            return self._learn(Root(folder, label, single))
        known = [Root(*key, single=alone) for key, alone in self._known.items()]
        # A folder inside one that was ingested whole belongs to that; the innermost one counts.
        above = [root for root in known if folder == root.folder or (not root.single and root.folder in folder.parents)]
        if above:
            found = max(above, key=lambda root: (len(root.folder.parts), not root.single))
            return self._learn(Root(found.folder, found.label, single and found.single))
        wanted = folder.name or "root"
        others = [root for root in known if root.label == wanted]
        if (
            others
            and not single
            and self._is_same(wanted, names)
            and not any(other.folder.is_dir() for other in others)
        ):
            return self._learn(Root(folder, wanted))
        taken = {root.label for root in known}
        numbered = (f"{wanted} ({number})" for number in range(2, len(taken) + 3))
        free = next(name for name in (wanted, *numbered) if name not in taken)
        return self._learn(Root(folder, free, single))

    def _is_same(self, label: str, names: Collection[str]) -> bool:
        registered = self._names.get(label, set())
        return len(registered.intersection(names)) >= _SAME_SHARE * len(registered)

    def _learn(self, root: Root) -> Root:
        key = (root.folder, root.label)
        self._known[key] = self._known.get(key, True) and root.single
        return root


def place_of(row: RegisterRow) -> Path | None:
    """Return where a document's file was when it was stored; None for one that came from no file."""
    source = row.metadata.get(INSIDE) or row.source
    if folder := row.metadata.get(ROOT):
        return Path(folder, source.partition("/")[2])
    # Before names were relative, a source was the absolute path.
    return Path(source) if source.startswith("/") else None
