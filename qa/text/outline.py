"""Which section a place of a chunk stands in. Pure functions.

A chunk that is joined from several sections has the headings above its first. Those that begin within it are kept in
its metadata: of most formats the text alone does not tell a heading from a short line.
"""

import json
from collections.abc import Mapping, Sequence

from qa.types import Chunk

# The key under which a chunk's metadata holds them.
KEY = "sections"
# A JSON field holds 65,536 bytes, and other values are larger.
_MOST_CHARACTERS = 4_000


def written(sections: Sequence[tuple[int, str]]) -> str:
    """Return where sections begin in the document's text, and their paths of headings; "" for none or too many."""
    text = json.dumps(sections, ensure_ascii=False, separators=(",", ":")) if sections else ""
    return text if len(text) <= _MOST_CHARACTERS else ""


def sections_within(metadata: Mapping[str, str]) -> list[tuple[int, str]]:
    """Return what `written` wrote into a chunk's metadata, in order; nothing where it holds anything else."""
    try:
        found = json.loads(metadata.get(KEY) or "[]")
        return sorted((int(start), str(path)) for start, path in found)
    except (ValueError, TypeError):
        return []


def joined(chunks: Sequence[Chunk]) -> dict[str, str]:
    """Return what the metadata of some chunks that become one passage holds of sections."""
    if not any(KEY in chunk.metadata for chunk in chunks):
        return {}
    own = [((chunk.start, chunk.heading), *sections_within(chunk.metadata)) for chunk in chunks]
    return {KEY: written([section for sections in own for section in sections])}


def heading_at(chunk: Chunk, position: int) -> str:
    """Return the path of headings above a position of the document that lies in the chunk."""
    above = [path for start, path in sections_within(chunk.metadata) if start <= position]
    return above[-1] if above else chunk.heading
