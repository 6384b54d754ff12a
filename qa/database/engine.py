"""Opening the database: SQLite in the home, or a PostgreSQL server. Migrations run on the way."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from copy import copy
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, column, create_engine, event, inspect, select, table, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from qa import disk
from qa.database.tables import REVISION
from qa.errors import ConfigError, StoreError, StoreUnavailableError
from qa.private import make_folder, open_file

FILE = "conversations.db"

# How long a writer waits for another one of the same file.
_BUSY_S = 15.0
# Likewise one for whom somebody waits before a page that says nothing meanwhile.
_HURRIED_S = 2.0
# How long somebody waits while another process migrates.
_MIGRATION_S = 120.0
_CONNECT_S = 10
# Of PostgreSQL's advisory locks, for migrating and for writing; any numbers that nobody else uses.
_LOCK = 0x466F6F74
_WRITER = _LOCK + 1


class Database:
    """One open database. Any number of threads may use it."""

    def __init__(self, engine: Engine, name: str, *, alone: bool = False) -> None:
        """Take an engine whose tables are up to date; `alone` means that all threads share one connection of it."""
        self._engine = engine
        self._patience_s = _BUSY_S
        self._writer = engine.execution_options(writes=True, patience_s=_BUSY_S)
        self._name = name
        # SQLite has one writer at a time. Threads that wait here do not wait in SQLite's own polling.
        self._writing = threading.Lock() if engine.dialect.name == "sqlite" else None
        self._reading = self._writing if alone else None

    def __str__(self) -> str:
        return self._name

    def hurried(self) -> "Database":
        """Return the same open database for whoever would rather be told soon that another process writes."""
        other = copy(self)
        other._patience_s = _HURRIED_S
        other._writer = self._engine.execution_options(writes=True, patience_s=_HURRIED_S)
        return other

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection for reading.

        Raises:
            StoreUnavailableError: The server cannot be reached, or the file is locked for too long.
            StoreError: The database failed.
        """
        with self._explained(), self._reading or nullcontext(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection within a transaction; it is committed at the end, or rolled back by any exception.

        There is one at a time, of all processes: what is looked up in it is still so when it is written. Transactions
        are short; the lock of a server costs one round trip.

        Raises:
            StoreUnavailableError: The server cannot be reached, or the file is locked for too long.
            StoreError: The database failed, or its disk is full.
        """
        with self._explained():
            if self._writing is None:
                with self._writer.begin() as connection:
                    turn = text("SELECT set_config('lock_timeout', :wait, true), pg_advisory_xact_lock(:lock)")
                    connection.execute(turn, {"wait": f"{1_000 * self._patience_s:.0f}ms", "lock": _WRITER})
                    yield connection
                return
            if not self._writing.acquire(timeout=self._patience_s):
                raise StoreUnavailableError(_busy(self._name))
            try:
                with self._writer.begin() as connection:
                    yield connection
            finally:
                self._writing.release()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            explained = _explanation(error, self._name, self._engine.url)
            # Whoever works with an open database expects errors of the store alone: it could be used before.
            raise StoreError(str(explained)) if isinstance(explained, ConfigError) else explained from error


def open_database(home: Path, url: str = "") -> Database:
    """Open the database and bring its tables up to date.

    Args:
        home: Folder of the SQLite file, made if it is missing.
        url: "postgresql://user@host/name" of a server; "" for the file in the home.

    Raises:
        ConfigError: The address cannot be used, the home cannot be written, or a newer Footnote made the tables.
        StoreUnavailableError: The server cannot be reached.
        StoreError: The file is damaged, or the migration failed.
    """
    engine, name = _server(url) if url else _file(home / FILE)
    try:
        if url:
            _migrate(engine)
        else:
            _migrate_file(engine, home / FILE)
    except SQLAlchemyError as error:
        engine.dispose()
        raise _explanation(error, name, engine.url) from error
    except BaseException:
        engine.dispose()
        raise
    return Database(engine, name)


def open_in_memory() -> Database:
    """Open a database that ends with this process, for where nothing can be written."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False, "timeout": _BUSY_S}
    )
    _prepare(engine, "MEMORY")
    _migrate(engine)
    return Database(engine, "memory", alone=True)


def _file(file: Path) -> tuple[Engine, str]:
    try:
        make_folder(file.parent)
        # SQLite gives the files beside it the same mode.
        open_file(file, "a").close()
    except OSError as error:
        raise ConfigError(disk.reason(error, file) or f"{file} cannot be written ({error.strerror})") from error
    engine = create_engine(URL.create("sqlite", database=str(file)), connect_args={"timeout": _BUSY_S})
    # Readers and the one writer do not wait for each other; what is committed survives a kill of the process.
    _prepare(engine, "WAL")
    return engine, str(file)


def _prepare(engine: Engine, journal: str) -> None:
    # Python's own way of beginning transactions would begin them too late for "immediate".
    @event.listens_for(engine, "connect")
    def _connect(connection, _record) -> None:  # type: ignore[no-untyped-def]
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA journal_mode = {journal}")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        # Deleted conversations leave nothing readable in the file.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {1_000 * options.get('patience_s', _BUSY_S):.0f}")
        # A transaction that reads first and then writes would fail at once if another one wrote in between.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


def _server(url: str) -> tuple[Engine, str]:
    try:
        address = make_url(url)
    except ArgumentError:
        # Not shown: it may hold a password.
        raise ConfigError("FOOTNOTE_DATABASE is not an address; use postgresql://user@host:port/name") from None
    if address.get_backend_name() not in ("postgresql", "postgres"):
        raise ConfigError(
            f"FOOTNOTE_DATABASE begins with {address.drivername}://; Footnote keeps conversations in its home, "
            "or in PostgreSQL under postgresql://user@host:port/name"
        )
    address = address.set(drivername="postgresql+psycopg")
    try:
        engine = create_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": _CONNECT_S})
    except (ModuleNotFoundError, NoSuchModuleError):
        raise ConfigError(
            "PostgreSQL needs the package psycopg; install it with: pip install 'footnote[postgres]'"
        ) from None
    return engine, address.set(drivername="postgresql").render_as_string(hide_password=True)


def _migrate_file(engine: Engine, file: Path) -> None:
    if _is_newest(engine):
        return
    try:
        with FileLock(file.with_name(f".{file.name}.migrating"), timeout=_MIGRATION_S, mode=0o600):
            _migrate(engine)
    except Timeout:
        raise StoreUnavailableError(f"{file} is being migrated by another process; try again") from None


def _migrate(engine: Engine) -> None:
    """Run the migrations that are missing, one process at a time."""
    if _is_newest(engine):
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "qa.database:migrations")
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with engine.connect() as connection:
        # The lock is the session's: it is given back with the connection, however this ends.
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            connection.commit()
        try:
            found = _revision(connection)
            if found and found not in known:
                raise ConfigError(
                    f"the conversations were written by a newer Footnote (revision {found}, "
                    f"this one knows {REVISION}); use that one"
                )
            connection.rollback()
            with connection.begin():
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        finally:
            if engine.dialect.name == "postgresql":
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
                connection.commit()


def _is_newest(engine: Engine) -> bool:
    with engine.connect() as connection:
        return _revision(connection) == REVISION


def _revision(connection: Connection) -> str:
    """Return the migration that the tables stand at, "" before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(select(column("version_num")).select_from(table("alembic_version"))).scalar() or ""


def _busy(name: str) -> str:
    return f"{name} is busy: it is in use by another process for too long; try again"


def _explanation(error: SQLAlchemyError, name: str, url: URL) -> ConfigError | StoreError:
    """Return what went wrong as one of our errors, in one line."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    said = " ".join(str(cause).split())
    if url.password:
        said = said.replace(str(url.password), "***")
    if url.get_backend_name() == "sqlite":
        if "locked" in said:
            return StoreUnavailableError(_busy(name))
        if "full" in said:
            return StoreError(f"the disk of {name} is full; make room there and try again")
        if "malformed" in said or "not a database" in said:
            return StoreError(
                f"{name} is damaged ({said}); move it away, and Footnote begins a new one. The documents are not in it"
            )
        if "readonly" in said or "unable to open" in said:
            return ConfigError(f"{name} cannot be written ({said}); check its permissions")
        return StoreError(f"{name} failed: {said}")
    if "lock timeout" in said:
        return StoreUnavailableError(_busy(name))
    if isinstance(error, DBAPIError) and (error.connection_invalidated or "connect" in said or "connection" in said):
        return StoreUnavailableError(f"{name} cannot be reached: {said}; check that the server runs")
    return StoreError(f"{name} failed: {said}")
