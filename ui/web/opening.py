"""What every page opens: the settings, the session and the database, each once in a process."""

import logging
import os
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from qa.config import Settings, read_environment
from qa.database.engine import Database, open_in_memory
from qa.errors import ConfigError
from ui.web.session import Answerer, Session, shared

logger = logging.getLogger(__name__)


def read_settings() -> Settings:
    """Read the settings of this process, with `.env` of the working directory under its environment."""
    return Settings.from_env(read_environment(os.environ, Path.cwd()))


def open_answerer() -> AbstractAsyncContextManager[Answerer]:
    """Make the answerer that the page asks; the session opens it in its own loop."""
    from qa.wiring import open_answerer

    return open_answerer(read_settings())


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
    return shared(open_answerer)
