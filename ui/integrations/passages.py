"""What all integrations share: passages of a collection, found in this process without a server."""

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from qa.config import Settings, read_environment
from qa.errors import NoCollectionError
from qa.store.where import parse_filter
from qa.types import Chunk, Hit
from ui.places import places
from ui.web.session import Session


class Passages:
    """Finds passages. The index is opened by the first search, and closed when the process ends."""

    def __init__(self, collection: str = "", where: Sequence[str] = ()) -> None:
        """Read the settings, as `footnote ask` does: the environment and `.env` of the working directory.

        Args:
            collection: Name of a collection, "" for that of the settings.
            where: Conditions such as "type=pdf", as `--where` takes them.

        Raises:
            ConfigError: A setting is impossible.
            FilterError: A condition cannot be read.
        """
        settings = Settings.from_env(read_environment(os.environ, Path.cwd()))
        self._settings = replace(settings, collection=collection or settings.collection)
        # One condition alone is a sequence of letters to Python.
        self._where = parse_filter([where] if isinstance(where, str) else where)

    def find(self, query: str, top_k: int) -> list[Hit]:
        """Return at most `top_k` passages, best first.

        Raises:
            QAError: The question is empty or too long, `top_k` is none of 1 to 100, or the index failed.
        """
        replace(self._settings, top_k=top_k)  # says what is impossible
        session = _session(self._settings)
        search = session.used(lambda answerer: answerer.search(query, top_k=top_k, where=self._where))
        try:
            hits: list[Hit] = session.submit(search).result()
        except NoCollectionError as error:
            raise NoCollectionError(error.elsewhere) from error
        return hits


def metadata(chunk: Chunk) -> dict[str, Any]:
    """Return what other programs keep beside a passage's text."""
    return {
        "source": chunk.source,
        "title": chunk.title,
        "heading": chunk.heading,
        "page": chunk.page if chunk.page > 0 else None,
        "place": ", ".join(places(chunk)),
        "document": chunk.document_id,
        "start": chunk.start,
        "end": chunk.end,
    }


@cache
def _session(settings: Settings) -> Session:
    from qa.wiring import open_answerer

    return Session(lambda name: open_answerer(replace(settings, collection=name or settings.collection)))
