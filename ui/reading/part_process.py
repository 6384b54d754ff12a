"""Takes a file out of another one and writes it to standard output: part_process.py BYTES PATH CONTAINER SOURCE.

It ends with status 1 where it cannot, also where that takes more memory than BYTES.
"""

import sys
from pathlib import Path

from ingest.load import part
from ingest.load.parts import MAX_PART_BYTES
from qa.errors import LoadError
from ui.reading.pdf.worker import die_with_parent, limit


def main(memory_bytes: int, path: str, container: str, source: str) -> int:
    """Write the part, and return the exit status."""
    die_with_parent()
    # What it writes goes into a file.
    limit(memory_bytes, written=MAX_PART_BYTES)
    try:
        data = part(Path(path), container, source)
    except (LoadError, MemoryError, OSError, ValueError):
        return 1
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), *sys.argv[2:5]))
