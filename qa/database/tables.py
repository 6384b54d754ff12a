"""The tables, as the newest migration leaves them. A test compares both."""

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect

REVISION = "0006"
"""The newest migration."""

LOCAL = "local"
"""Whose the conversations and ingests of this machine are, where nobody has an account; no user has this name."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A point in time. It is stored without a zone, in UTC, because SQLite knows none."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002, D102
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002, D102
        return value.replace(tzinfo=UTC) if value else None


conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("title", Text, nullable=False),
    Column("collection", String(100), nullable=False),
    # What its next question is limited to, as JSON; "" for nothing.
    Column("limits", Text, nullable=False, default=""),
    # The last exchange of the branch that is shown; not a foreign key, since the two tables would point at each other.
    Column("tip", String(32)),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False, index=True),
    # When it was deleted. It can be brought back until it is purged.
    Column("deleted", Moment),
    # By name: what somebody asked stays theirs, wherever they sign in.
    Column("owner", String(200), nullable=False, default=LOCAL, server_default=LOCAL, index=True),
)

exchanges = Table(
    "exchanges",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation", String(32), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    # The exchange before it; several with the same one are branches. NULL for a first question.
    Column("parent", String(32), ForeignKey("exchanges.id", ondelete="CASCADE"), index=True),
    Column("question", Text, nullable=False),
    Column("limits", Text, nullable=False, default=""),
    Column("state", String(10), nullable=False),
    # As much of the answer as there is.
    Column("text", Text, nullable=False, default=""),
    # The whole answer, in the form of `qa.answering.serialise`.
    Column("answer", Text),
    # Why there is none.
    Column("error", Text, nullable=False, default=""),
    # The process that answers, and when it last said so.
    Column("worker", String(32), nullable=False, default=""),
    Column("beat", Moment),
    Column("created", Moment, nullable=False),
    Column("finished", Moment),
)

feedback = Table(
    "feedback",
    metadata,
    # The id of the exchange that it is about; feedback from before there was a database has ids of its own.
    Column("id", String(64), primary_key=True),
    # NULL where it was taken back.
    Column("liked", Boolean),
    Column("note", Text, nullable=False, default=""),
    Column("collection", String(100), nullable=False, default=""),
    Column("answer", Text, nullable=False),
    Column("at", Moment, nullable=False),
    # Feedback is read in the order in which it was first given.
    Column("number", Integer, nullable=False),
)

Index("ix_exchanges_state_beat", exchanges.c.state, exchanges.c.beat)

ingests = Table(
    "ingests",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("collection", String(100), nullable=False),
    Column("kind", String(10), nullable=False),
    # The paths and addresses to ingest, as a JSON list, and how, as a JSON object.
    Column("wanted", Text, nullable=False),
    Column("options", Text, nullable=False, default="{}"),
    # The watch that it belongs to; not a foreign key, since it outlives the watch.
    Column("watch", String(32)),
    Column("state", String(10), nullable=False),
    Column("stage", String(10), nullable=False, default=""),
    # The counts and the file at hand, as a JSON object.
    Column("progress", Text, nullable=False, default="{}"),
    # Why it failed, or what it waits for.
    Column("error", Text, nullable=False, default=""),
    Column("cancelled", Boolean, nullable=False, default=False),
    # The process that ingests, and when it last said so.
    Column("worker", String(32), nullable=False, default=""),
    Column("beat", Moment),
    Column("created", Moment, nullable=False, index=True),
    Column("started", Moment),
    Column("finished", Moment),
    Column("owner", String(200), nullable=False, default=LOCAL, server_default=LOCAL),
)

ingest_failures = Table(
    "ingest_failures",
    metadata,
    Column("ingest", String(32), ForeignKey("ingests.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("reason", Text, nullable=False),
    # Whether the document is stored, but for a part that could not be read.
    Column("partly", Boolean, nullable=False),
)

watches = Table(
    "watches",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("collection", String(100), nullable=False),
    Column("folder", Text, nullable=False),
    # What it waits for, "" where it watches.
    Column("trouble", Text, nullable=False, default=""),
    Column("worker", String(32), nullable=False, default=""),
    Column("beat", Moment),
    Column("created", Moment, nullable=False),
)

left_out = Table(
    "left_out",
    metadata,
    Column("collection", String(100), primary_key=True),
    # A hash of the place: a path may be longer than what an index of a database holds.
    Column("key", String(64), primary_key=True),
    # The file of a document that was removed: a watched folder must not bring it back.
    Column("place", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

upload_folders = Table(
    "upload_folders",
    metadata,
    # Collections are renamed; their folders are not.
    Column("collection", String(100), primary_key=True),
    Column("folder", String(200), nullable=False, unique=True),
)

choices = Table(
    "choices",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    Column("changed", Moment, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", String(32), primary_key=True),
    # In small letters; see `qa.accounts.users.named`.
    Column("name", String(200), nullable=False, unique=True),
    # Of argon2id; "" for who signs in with a provider alone.
    Column("password", Text, nullable=False, default=""),
    # Whom an OpenID provider means by it, once they have come; "" before, and for who has a password.
    Column("issuer", Text, nullable=False, default=""),
    Column("subject", Text, nullable=False, default=""),
    # Whether all collections are theirs.
    Column("owner", Boolean, nullable=False, default=False),
    Column("created", Moment, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    # A hash of what the cookie holds: who reads the database cannot sign in with it.
    Column("id", String(64), primary_key=True),
    Column("user", String(32), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created", Moment, nullable=False),
    Column("used", Moment, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    # What a key is named by in lists.
    Column("id", String(16), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("user", String(32), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("label", String(200), nullable=False, default=""),
    # What it may be used for, with spaces between.
    Column("scopes", String(100), nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment),
    Column("used", Moment),
)

attempts = Table(
    "attempts",
    metadata,
    # A hash of the account or the address that failed to sign in.
    Column("of", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last", Moment, nullable=False, index=True),
    # Before this nobody gets another try.
    Column("until", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False, index=True),
    # A name, not a key: what a person did stays when they are removed.
    Column("person", String(200), nullable=False),
    Column("action", String(20), nullable=False),
    Column("through", String(10), nullable=False, default=""),
    Column("address", String(64), nullable=False, default=""),
    Column("collection", String(100), nullable=False, default=""),
    Column("subject", Text, nullable=False, default=""),
)

grants = Table(
    "grants",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person", String(200), nullable=False, index=True),
    # "*" for all.
    Column("collection", String(100), nullable=False),
    Column("role", String(10), nullable=False),
    # The conditions that a document has to pass, as a JSON list; "" for none.
    Column("rule", Text, nullable=False, default=""),
    Column("created", Moment, nullable=False),
)

shares = Table(
    "shares",
    metadata,
    # The last part of the link's address.
    Column("token", String(64), primary_key=True),
    Column("conversation", String(32), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    # The last exchange that is shown.
    Column("tip", String(32), nullable=False),
    Column("owner", String(200), nullable=False),
    Column("created", Moment, nullable=False),
)

terminals = Table(
    "terminals",
    metadata,
    # A hash of the collection and its engine.
    Column("place", String(64), primary_key=True),
    Column("terminal", String(64), primary_key=True),
    # That its next command can go on with.
    Column("conversation", String(32), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
)

Index("ix_ingests_state_beat", ingests.c.state, ingests.c.beat)
