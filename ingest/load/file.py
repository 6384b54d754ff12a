"""What a loader is given: a file on disk, or a part of one that was unpacked into memory."""

import io
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class File:
    """Bytes under a name. `source` is what the document is cited by; the name gives suffix and title."""

    source: str
    name: str
    content: Path | bytes

    @property
    def stem(self) -> str:
        """The name without its suffix."""
        return PurePosixPath(self.name).stem or self.name

    @property
    def suffix(self) -> str:
        """The suffix of the name, in lower case, with its dot; "" without one."""
        return PurePosixPath(self.name).suffix.lower()

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    def open(self) -> BinaryIO:
        """Open it for reading; several may be open at a time."""
        return io.BytesIO(self.content) if isinstance(self.content, bytes) else self.content.open("rb")

    def read(self, size: int = -1) -> bytes:
        """Return its first `size` bytes, or all."""
        with self.open() as stream:
            return stream.read(size)
