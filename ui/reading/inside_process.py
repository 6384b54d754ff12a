"""Finds the picture inside a document that a block of its text was read from: inside_process.py BYTES.

What is asked comes as JSON on standard input, and the answer goes as JSON to standard output: `{}` where there is none.
It ends with status 1 where it cannot tell, also where that takes more memory than BYTES.
"""

import base64
import json
import sys
from pathlib import Path

from ingest.load.file import File
from ingest.load.picture import again as picture_again
from ingest.load.picture import ocr
from ui.reading.pdf.worker import die_with_parent, limit

# What a reader of pictures writes for itself while it works.
_WRITTEN_BYTES = 512 << 20


def main(memory_bytes: int) -> int:
    """Answer, and return the exit status."""
    die_with_parent()
    limit(memory_bytes, written=_WRITTEN_BYTES)
    asked = json.load(sys.stdin)
    if not ocr.installed():
        return 1
    file = File(asked["source"], asked["name"], Path(asked["path"]))
    try:
        found = picture_again.found(file, asked["block"], asked["before"], asked["after"])
    except Exception:  # noqa: BLE001 - parsers raise anything on a broken file; the text is shown without its picture
        return 1
    said = {}
    if found:
        said = {
            "content": base64.b64encode(found.content).decode(),
            "media_type": found.media_type,
            "width": found.width,
            "height": found.height,
            "words": found.words,
        }
    json.dump(said, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
