"""Conversations and their exchanges: what was asked, what came of it, and what is asked again in a branch.

An exchange is a question and its answer. Each has at most one before it, so that the exchanges of a conversation form a
tree. `Conversation.tip` is the last exchange of the branch that is shown; the branch is the way from there to the root.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from qa.answering.serialise import answer_values
from qa.database import times
from qa.database.answers import Answers
from qa.database.branches import Link, along, links
from qa.database.engine import Database
from qa.database.exchanges import UNFINISHED, Conversation, Exchange, State, conversation_of, exchange_of, is_of
from qa.database.limits import filter_text
from qa.database.tables import LOCAL, conversations, exchanges, feedback
from qa.database.texts import as_title, storable
from qa.database.times import BEAT_S
from qa.errors import AccessError, QuestionError
from qa.store.where import EVERYTHING, Filter

# Together with what it reads and writes.
__all__ = ["BEAT_S", "UNFINISHED", "Conversation", "Conversations", "Exchange", "State", "as_title", "storable"]

# Of exchanges that hold what was searched for.
_MOST_READ = 500
# How long a deleted conversation can be brought back.
KEPT = timedelta(hours=1)


class Conversations:
    """Reads and writes the conversations of a database.

    Every method is one transaction, and raises `StoreError` if the database fails.

    To each person there are only their own: those of others are not found, read, changed or gone on with.
    """

    def __init__(self, database: Database, owner: Callable[[], str] = lambda: LOCAL) -> None:
        """Open nothing yet.

        Args:
            database: An open one.
            owner: Returns for whom something is read or changed, "" for nobody; asked each time.
        """
        self._database = database
        self._owner = owner
        self.answers = Answers(database, owner)

    def begin(self, collection: str, limits: Filter = EVERYTHING) -> Conversation:
        """Begin a conversation.

        Raises:
            AccessError: Nobody is there whose it would be.
            StoreError: The database failed.
        """
        if not (owner := self._owner()):
            raise AccessError("your session has ended; sign in again")
        now = times.now()
        conversation = Conversation(uuid4().hex, "", collection, limits, "", now, now)
        with self._database.writing() as connection:
            connection.execute(
                insert(conversations).values(
                    id=conversation.id,
                    title="",
                    collection=collection,
                    limits=filter_text(limits),
                    created=now,
                    changed=now,
                    owner=owner,
                )
            )
        return conversation

    def get(self, id: str) -> Conversation | None:  # noqa: A002
        """Return a conversation, None if there is none of this id or it was deleted."""
        wanted = select(conversations).where(self._mine(id), conversations.c.deleted.is_(None))
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return conversation_of(row) if row else None

    def collection_of(self, id: str) -> str:  # noqa: A002
        """Return what a conversation is about, whether or not it was deleted; "" if there is none of this id."""
        wanted = select(conversations.c.collection).where(self._mine(id))
        with self._database.reading() as connection:
            return connection.execute(wanted).scalar_one_or_none() or ""

    def follow(self, old: str, new: str) -> int:
        """Let the conversations about a collection follow it to its new name; return how many there are."""
        about = update(conversations).where(conversations.c.collection == old).values(collection=new)
        with self._database.writing() as connection:
            return connection.execute(about).rowcount

    def count(self) -> int:
        """Return how many conversations of who asks there are in which something was asked."""
        mine = (conversations.c.owner == self._owner(), conversations.c.tip.is_not(None))
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(conversations).where(*mine)).scalar_one())

    def hand_over(self, owner: str) -> int:
        """Give the conversations of who asks to somebody else; return how many there are.

        Raises:
            StoreError: The database failed.
        """
        given = update(conversations).where(conversations.c.owner == self._owner()).values(owner=owner)
        with self._database.writing() as connection:
            return connection.execute(given).rowcount

    def listed(self, search: str = "", *, limit: int = 50, skip: int = 0) -> list[Conversation]:
        """Return the conversations in which something was asked, the last changed first.

        Args:
            search: Words that all stand in the title, a question or an answer of it; "" for all conversations.
            limit: Most conversations.
            skip: How many of them were returned before.
        """
        wanted = select(conversations).where(
            conversations.c.owner == self._owner(),
            conversations.c.deleted.is_(None),
            conversations.c.tip.is_not(None),
        )
        for word in search.split():
            inside = select(exchanges.c.id).where(
                exchanges.c.conversation == conversations.c.id,
                or_(
                    exchanges.c.question.icontains(word, autoescape=True),
                    exchanges.c.text.icontains(word, autoescape=True),
                ),
            )
            wanted = wanted.where(or_(conversations.c.title.icontains(word, autoescape=True), inside.exists()))
        wanted = wanted.order_by(conversations.c.changed.desc(), conversations.c.id).limit(limit).offset(skip)
        with self._database.reading() as connection:
            return [conversation_of(row) for row in connection.execute(wanted)]

    def found(self, search: str, ids: Collection[str]) -> dict[str, str]:
        """Return the first text of each conversation, a question or an answer, that holds the most of a search's words.

        Args:
            search: As of `listed`.
            ids: Conversations that `listed` returned; one of which only the title holds the words is left out.
        """
        # As `listed` has them: SQLite folds letters of ASCII alone.
        words = search.split()
        if not words:
            return {}
        told = exchanges.c.question, exchanges.c.text
        holding = [text.icontains(word, autoescape=True) for word in words for text in told]
        mine = conversations.c.owner == self._owner()
        wanted = (
            select(exchanges.c.conversation, *told)
            .join(conversations, conversations.c.id == exchanges.c.conversation)
            .where(mine, exchanges.c.conversation.in_(ids), or_(*holding))
            .order_by(exchanges.c.created.desc())
            .limit(_MOST_READ)
        )
        best: dict[str, tuple[int, str]] = {}
        with self._database.reading() as connection:
            for id_, *texts in connection.execute(wanted):
                for text in reversed(texts):
                    count = sum(word.casefold() in text.casefold() for word in words)
                    # The last come first: of texts that hold as many the first is kept.
                    if count and count >= best.get(id_, (0, ""))[0]:
                        best[id_] = count, text
        return {id_: text for id_, (_, text) in best.items()}

    def rename(self, id: str, title: str) -> None:  # noqa: A002
        """Call a conversation something else; a title of white space is ignored."""
        if said := as_title(title):
            with self._database.writing() as connection:
                connection.execute(update(conversations).where(self._mine(id)).values(title=said))

    def limit(self, id: str, limits: Filter) -> None:  # noqa: A002
        """Set what the next question of a conversation is limited to."""
        with self._database.writing() as connection:
            connection.execute(update(conversations).where(self._mine(id)).values(limits=filter_text(limits)))

    def delete(self, id: str) -> tuple[str, ...]:  # noqa: A002
        """Delete a conversation; `restore` brings it back until `purge` takes it away.

        Returns:
            Ids of its exchanges whose answers are in the making, which nobody waits for any more.
        """
        running = select(exchanges.c.id).where(exchanges.c.conversation == id, exchanges.c.state.in_(UNFINISHED))
        with self._database.writing() as connection:
            gone = connection.execute(update(conversations).where(self._mine(id)).values(deleted=times.now()))
            return tuple(connection.execute(running).scalars()) if gone.rowcount else ()

    def restore(self, id: str) -> None:  # noqa: A002
        """Bring a deleted conversation back."""
        with self._database.writing() as connection:
            connection.execute(update(conversations).where(self._mine(id)).values(deleted=None))

    def purge(self) -> int:
        """Take away what was deleted long enough ago, and conversations in which nothing was ever asked.

        What a person said of a deleted answer goes as well.

        Returns:
            How many conversations went.
        """
        old = times.now() - KEPT
        gone = or_(
            conversations.c.deleted < old,
            conversations.c.tip.is_(None) & (conversations.c.changed < old),
        )
        with self._database.writing() as connection:
            within = select(exchanges.c.id).join(conversations, exchanges.c.conversation == conversations.c.id)
            connection.execute(delete(feedback).where(feedback.c.id.in_(within.where(gone))))
            return connection.execute(delete(conversations).where(gone)).rowcount

    def ask(
        self,
        conversation: str,
        question: str,
        limits: Filter = EVERYTHING,
        *,
        after: str | None = None,
        worker: str = "",
    ) -> Exchange:
        """Add a question; it waits to be answered, and becomes the end of the branch that is shown.

        Args:
            conversation: Its id.
            question: As it was typed.
            limits: Which documents may answer.
            after: Id of the exchange that it follows, "" for none, None for the last one of the branch that is shown by
                then, whoever asked it. One with the same `after` as an earlier question begins a branch beside it.
            worker: The process that will answer it.

        Raises:
            QuestionError: The conversation was deleted in the meantime.
            StoreError: The database failed.
        """
        now = times.now()
        with self._database.writing() as connection:
            found = connection.execute(select(conversations).where(self._mine(conversation))).one_or_none()
            if found is None or found.deleted:
                raise QuestionError("this conversation was deleted; begin another one")
            parent = (found.tip or "") if after is None else after
            exchange = Exchange(uuid4().hex, conversation, parent, storable(question), limits, created=now)
            connection.execute(
                insert(exchanges).values(
                    id=exchange.id,
                    conversation=conversation,
                    parent=parent or None,
                    question=exchange.question,
                    limits=filter_text(limits),
                    state=exchange.state,
                    worker=worker,
                    beat=now,
                    created=now,
                )
            )
            connection.execute(
                update(conversations)
                .where(conversations.c.id == conversation)
                .values(tip=exchange.id, changed=now, title=found.title or as_title(exchange.question))
            )
        return exchange

    def record(
        self,
        conversation: str,
        collection: str,
        done: Sequence[Exchange],
    ) -> str:
        """Keep questions that were asked and answered elsewhere, such as on a terminal, as one transaction.

        Args:
            conversation: Id of the one that they go on with, behind its last exchange; another one is begun for "", and
                where it was deleted meanwhile.
            collection: That another one is about.
            done: What was asked, in order; their ids, and what they follow, are given here.

        Returns:
            Id of the conversation.

        Raises:
            AccessError: Nobody is there whose it would be.
            StoreError: The database failed.
        """
        with self._database.writing() as connection:
            found = connection.execute(select(conversations).where(self._mine(conversation))).one_or_none()
            if found is None or found.deleted:
                conversation, tip, title = self._begun(connection, collection, done[0]), None, ""
            else:
                tip, title = found.tip, found.title
            for exchange in done:
                tip = _recorded(connection, conversation, tip, exchange)
            connection.execute(
                update(conversations)
                .where(conversations.c.id == conversation)
                .values(tip=tip, changed=done[-1].finished, title=title or as_title(done[0].question))
            )
        return conversation

    def _begun(self, connection: Connection, collection: str, first: Exchange) -> str:
        if not (owner := self._owner()):
            raise AccessError("your session has ended; sign in again")
        values = {"id": uuid4().hex, "title": "", "collection": collection, "limits": filter_text(first.limits)}
        times_of = {"created": first.created, "changed": first.created}
        connection.execute(insert(conversations).values(**values, **times_of, owner=owner))
        return values["id"]

    def branch(self, conversation: str, *, known: Mapping[str, Exchange] | None = None) -> list[Exchange]:
        """Return the exchanges of the branch that is shown, the first one first.

        Args:
            conversation: Its id.
            known: Finished exchanges that were read before, by id; they are not read again.
        """
        with self._database.reading() as connection:
            tip = connection.execute(select(conversations.c.tip).where(self._mine(conversation))).scalar_one_or_none()
            return along(connection, conversation, tip or "", known or {})

    def way(self, exchange: str) -> list[Exchange]:
        """Return the exchanges from the first one to this one; none for ""."""
        own = select(exchanges.c.conversation).where(exchanges.c.id == exchange, is_of(self._owner()))
        with self._database.reading() as connection:
            conversation = connection.execute(own).scalar_one_or_none()
            return along(connection, conversation, exchange, {}) if conversation else []

    def beside(self, conversation: str) -> dict[str, tuple[str, ...]]:
        """Return, for every exchange that has others beside it, the ids of all of them, oldest first."""
        families: dict[str, list[str]] = {}
        with self._database.reading() as connection:
            for child, link in self._links_of_mine(connection, conversation).items():
                families.setdefault(link.parent, []).append(child)
        return {one: tuple(family) for family in families.values() if len(family) > 1 for one in family}

    def show(self, exchange: str) -> None:
        """Show the branch that goes through an exchange, up to its last one."""
        with self._database.writing() as connection:
            own = select(exchanges.c.conversation).where(exchanges.c.id == exchange, is_of(self._owner()))
            conversation = connection.execute(own).scalar_one_or_none()
            if conversation is None:
                return
            children: dict[str, str] = {}
            for child, link in links(connection, conversation).items():
                children[link.parent] = child  # the newest of them stays
            tip = exchange
            while tip in children:
                tip = children[tip]
            connection.execute(update(conversations).where(conversations.c.id == conversation).values(tip=tip))

    def exchange(self, id: str) -> Exchange | None:  # noqa: A002
        """Return an exchange as it is now, None if it is gone."""
        with self._database.reading() as connection:
            row = connection.execute(select(exchanges).where(exchanges.c.id == id, is_of(self._owner()))).one_or_none()
        return exchange_of(row) if row else None

    def _mine(self, id: str) -> ColumnElement[bool]:  # noqa: A002
        """Return the condition that a conversation has this id and belongs to who asks."""
        return (conversations.c.id == id) & (conversations.c.owner == self._owner())

    def _links_of_mine(self, connection: Connection, conversation: str) -> dict[str, Link]:
        mine = connection.execute(select(conversations.c.id).where(self._mine(conversation))).one_or_none()
        return links(connection, conversation) if mine else {}


def _recorded(connection: Connection, conversation: str, parent: str | None, exchange: Exchange) -> str:
    """Write an exchange that has ended, and return its id."""
    new = uuid4().hex
    values = answer_values(exchange.answer) if exchange.answer else None
    connection.execute(
        insert(exchanges).values(
            id=new,
            conversation=conversation,
            parent=parent or None,
            question=storable(exchange.question),
            limits=filter_text(exchange.limits),
            state=exchange.state,
            text=storable(exchange.answer.text if exchange.answer else exchange.text),
            answer=json.dumps(values) if values else None,
            error=storable(exchange.error),
            worker="",
            beat=exchange.created,
            created=exchange.created,
            finished=exchange.finished,
        )
    )
    return new
