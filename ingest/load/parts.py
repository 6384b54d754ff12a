"""Parts of a file: attachments and members of archives, within limits that hold against hostile ones."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from ingest.load.build import one_line
from ingest.load.file import File
from qa.errors import LoadError

# More files than a person packs; each costs at least a parser's start.
MAX_MEMBERS = 20_000
# One part is held in memory while it is read. The largest real documents have tens of megabytes.
MAX_PART_BYTES = 256 << 20
# All parts together; they are read one after the other, and more than this takes hours.
MAX_TOTAL_BYTES = 2 << 30
# Text packs 3 to 20 times smaller, a sparse table perhaps 100 times; deflate reaches 1,032. Small parts are harmless.
MAX_RATIO = 200
RATIO_FREE_BYTES = 16 << 20
# Mail in an archive in a mail in an archive: what goes deeper is a file that unpacks to itself.
MAX_DEPTH = 5

# The longest source that an index holds, and the longest name of one part in it.
SOURCE_BYTES = 4096
_NAME_BYTES = 1024
_LEAST_NAME_BYTES = 32
_NUMBER_BYTES = 12

_BLOCK_BYTES = 1 << 20


@dataclass(slots=True)
class Budget:
    """How much of one file may still be unpacked, measured in bytes that came out and not by what a header promises."""

    members: int = MAX_MEMBERS
    total_bytes: int = MAX_TOTAL_BYTES

    def count(self, source: str) -> None:
        """Count one part.

        Raises:
            LoadError: There are too many.
        """
        if self.members <= 0:
            raise LoadError(source, f"holds more than {MAX_MEMBERS:,} files; the others were left out, unpack it")
        self.members -= 1

    def read(self, stream: BinaryIO, source: str, *, packed: int = 0) -> bytes:
        """Unpack one part; `packed` is its packed size, 0 where it is not packed.

        Raises:
            LoadError: It is too large, or too much larger than when packed.
        """
        data = bytearray()
        while block := stream.read(_BLOCK_BYTES):
            data += block
            self.total_bytes -= len(block)
            if len(data) > MAX_PART_BYTES:
                raise LoadError(
                    source, f"unpacks to more than {MAX_PART_BYTES >> 20} MiB; unpack it and ingest it alone"
                )
            if self.total_bytes < 0:
                raise LoadError(
                    source, f"was left out: what is packed together exceeds {MAX_TOTAL_BYTES >> 30} GiB; unpack it"
                )
            if packed and len(data) > max(RATIO_FREE_BYTES, packed * MAX_RATIO):
                raise LoadError(source, f"unpacks to more than {MAX_RATIO} times its size (a ZIP bomb?)")
        return bytes(data)


@dataclass(slots=True)
class Namer:
    """Gives the parts of one container their sources. Names are labels only: nothing is written under them."""

    container: File
    _seen: dict[str, int] = field(default_factory=dict)

    def source(self, name: str) -> str:
        """Return `container!/name`, with a number behind a name that was given before; a very long name is cut.

        Raises:
            LoadError: The container's own source leaves no room for a name.
        """
        room = SOURCE_BYTES - _NUMBER_BYTES - len(f"{self.container.source}!/".encode("utf-8", "surrogatepass"))
        if room < _LEAST_NAME_BYTES:
            raise LoadError(
                self.container.source, "has too long a path for what is inside it; move it up, or unpack it"
            )
        label = _cut(one_line(name) or "unnamed", min(room, _NAME_BYTES))
        count = self._seen[label] = self._seen.get(label, 0) + 1
        return f"{self.container.source}!/{label}" + (f" ({count})" if count > 1 else "")


def _cut(name: str, most_bytes: int) -> str:
    """Cut a name of more bytes than that in its middle, since both its folder and its ending tell something."""
    data = name.encode("utf-8", "surrogatepass")
    if len(data) <= most_bytes:
        return name
    half = (most_bytes - len("…".encode())) // 2
    return f"{data[:half].decode(errors='ignore')}…{data[-half:].decode(errors='ignore')}"


Parts = Iterator[File | LoadError]
"""The parts of a container in order; an error stands for a part that cannot be taken out."""
