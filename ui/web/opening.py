"""What every page opens: the settings, the session and the database, each once in a process."""

import logging
import os
import threading
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from qa.accounts.access import Grant
from qa.accounts.grants import Grants
from qa.chosen import Chosen, read
from qa.config import Configured, Settings, configure
from qa.database.engine import Database, open_in_memory
from qa.errors import ConfigError
from ui import presets
from ui.documents.jobs import IngestJobs
from ui.documents.watching import Watching
from ui.web import library, records
from ui.web.access import read_grants_with
from ui.web.language import asked_for
from ui.web.library import Library
from ui.web.session import Answerer, Session, shared

logger = logging.getLogger(__name__)

_lock = threading.Lock()
_ingests: IngestJobs | None = None


# What the command line names.
_options: dict[str, Any] = {}


def fix(options: Mapping[str, Any]) -> None:
    """Let these settings win over all others for the life of this process."""
    _options.update(options)
    if collection := options.get("collection"):
        # Named, even if it is the default one: then the one that was used last in the browser does not count.
        os.environ["FOOTNOTE_COLLECTION"] = collection


def configured(*, chosen: Chosen | None = None, lenient: bool = False) -> Configured:
    """Read the settings of the moment, and where each comes from; see `qa.config.configure`."""
    return configure(os.environ, Path.cwd(), _options, chosen=chosen, lenient=lenient)


def read_settings() -> Settings:
    """Read the settings of the moment: options, environment, `.env` of the working directory, what the page stored."""
    return configured().settings


def language_for(accepted: str) -> str:
    """Return the language of a page that no visit draws: what the settings say, else the first that its reader wants.

    Args:
        accepted: The header `Accept-Language` of the browser.
    """
    try:
        chosen = configured(lenient=True).chosen.language
    except ConfigError:
        # Of the environment, which the page itself tells; without a language it would not come so far.
        chosen = ""
    return chosen or asked_for(accepted)


def version() -> object:
    """Return what differs once other settings were chosen, on a page of any process."""
    try:
        chosen = read(home())
    except ConfigError as error:
        return str(error)
    return tuple(sorted(chosen.values.items())), chosen.key, chosen.key_place, presets.version(home())


def home() -> Path:
    """Return the home of this process, which nothing that is chosen on a page can change."""
    return configured(chosen=Chosen()).settings.home


def open_answerer(collection: str = "") -> AbstractAsyncContextManager[Answerer]:
    """Make the answerer of a collection, of the one that the settings name for ""; the session opens it in its loop.

    Args:
        collection: Its name, which may be followed by that of a preset, see `ui.presets`.

    Raises:
        ConfigError: The presets cannot be read, or there is none of this name.
    """
    from qa.wiring import open_answerer

    settings = read_settings()
    name, _, preset = collection.partition(presets.SIGN)
    if preset:
        settings = presets.named(settings.home, preset).applied(settings)
    return open_answerer(replace(settings, collection=name or settings.collection))


def open_database(settings: Settings) -> Database:
    """Open what keeps the conversations."""
    from qa.wiring import open_records

    try:
        return open_records(settings)
    except ConfigError as error:
        # A home that can only be read has an index to ask; of a server that cannot be used somebody expects more.
        if settings.database:
            raise
        logger.warning("conversations are kept until Footnote ends, because %s", error)
        return open_in_memory()


def open_session() -> Session:
    """Return the session that all visitors of this process share."""
    return shared(open_answerer, version, lambda: read_settings().collection)


def open_library(settings: Settings) -> Library:
    """Return what the collections hold, as this process knows it."""
    return library.opened(settings, open_session())


def open_ingests(settings: Settings) -> IngestJobs:
    """Return the ingests of this process, and watch its folders; database and session are those of the pages."""
    global _ingests
    session = open_session()
    database = records.opened(settings, open_database, session).database
    with _lock:
        if _ingests is None or _ingests.database is not database:
            _ingests = IngestJobs(session, database, read_settings)
            Watching(session, _ingests, read_settings)
        return _ingests


def open_kept() -> records.Records:
    """Return what this process keeps.

    Raises:
        ConfigError: The address of the database cannot be used, or the home cannot be written.
        StoreError: The database cannot be reached, is damaged, or was made by a newer Footnote.
    """
    return records.opened(read_settings(), open_database, open_session())


def _grants_of(person: str) -> list[Grant]:
    return Grants(open_kept().database).of(person)


read_grants_with(_grants_of)
