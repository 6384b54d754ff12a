"""Fragments for the command `llm`: `llm -f 'footnote:wave limits' 'How high may the waves be?'`."""

from collections.abc import Callable
from typing import Any

import llm

from ui.integrations.passages import Passages
from ui.places import places

_TOP_K = 8


@llm.hookimpl
def register_fragment_loaders(register: Callable[[str, Any], None]) -> None:
    """Let `footnote:` stand for the passages that are found for what follows."""
    register("footnote", passages)


def passages(argument: str) -> list[llm.Fragment]:
    """Return the passages that are found for some words; before "::" may stand a collection.

    Each begins with where it stands, so that a model can name it.
    """
    collection, sign, query = argument.partition("::")
    if not sign:
        collection, query = "", argument
    found = Passages(collection.strip()).find(query, _TOP_K)
    return [
        llm.Fragment(  # type: ignore[no-untyped-call]
            f"[{hit.rank}] {', '.join([hit.chunk.title or hit.chunk.source, *places(hit.chunk)])}\n\n{hit.chunk.text}",
            f"footnote:{hit.chunk.source}",
        )
        for hit in found
    ]
