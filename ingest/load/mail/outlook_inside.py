"""Messages within an Outlook message: folders of its file, each made the root of a copy, which is a message itself."""

import struct
from typing import Any

from ingest.load.file import File

_OBJECT = "__substg1.0_3701000D"
_PROPERTIES = "__properties_version1.0"
# Where an entry of a directory names the first of what it holds.
_CHILD = 76


def is_message(attachment: Any) -> bool:
    """Tell whether an attachment is a message of Outlook's, and no object of another program's."""
    return any(
        held.name == _OBJECT and any(stream.name == _PROPERTIES for stream in held.streams)
        for held in attachment._storage.storages
    )


def message_inside(file: File, attachment: Any) -> bytes:
    """Return a message that is attached, as a file; b"" where the attachment is none."""
    import olefile

    if not is_message(attachment):
        return b""
    data = bytearray(file.read())
    with olefile.OleFileIO(bytes(data)) as held:
        child = held.direntries[held._find(f"{attachment._storage.path}/{_OBJECT}")].sid_child
        root = (held.first_dir_sector + 1) * held.sectorsize
    struct.pack_into("<I", data, root + _CHILD, child)
    return bytes(data)
