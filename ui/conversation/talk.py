"""A conversation on the terminal from its first line to its last: `footnote chat`."""

import asyncio
import shlex
from contextlib import nullcontext

from qa.answering.answer import Answerer, check_question
from qa.command import signals
from qa.command.printing import warn
from qa.config import Settings
from qa.database import times
from qa.errors import QAError
from qa.paths import expanded
from qa.store.where import EVERYTHING, Filter, parse_filter
from qa.text.nearest import did_you_mean
from qa.types import Answer
from ui.conversation.asking import asked
from ui.conversation.console import show, show_marked
from ui.conversation.kept import Kept
from ui.conversation.passage import open_file, passage_lines
from ui.conversation.save import as_markdown
from ui.conversation.typed import is_interactive, typed_lines
from ui.terminal import wrapped

_HELP = {
    "/open": "/open 2             print the passage of footnote 2, with the words marked; /open 2 file opens its file",
    "/limit": "/limit CONDITION…   only these documents, as with --where: type=pdf; /limit off ends that",
    "/save": "/save FILE          write the conversation as Markdown with footnotes",
    "/new": "/new                begin a new conversation",
    "/help": "/help               show this",
    "/quit": "/quit               end; so does Ctrl-D",
}
# Other ways to type them, as in other programs; alone they ask nothing of documents.
_BARE = {"quit": "/quit", "exit": "/quit", ":q": "/quit", "/q": "/quit", "help": "/help", "?": "/help", "/?": "/help"}
_KEYS = "Ctrl-C ends an answer. Arrow keys walk through what you typed before, Ctrl-R searches it."


class Talk:
    """One conversation, and what is said about it on the terminal."""

    def __init__(self, answerer: Answerer, settings: Settings, where: Filter, kept: Kept) -> None:
        """Begin, or go on with what `kept` holds; nothing is printed yet."""
        self._answerer = answerer
        self._settings = settings
        self._where = where
        self._kept = kept
        self._answers: list[Answer] = []
        self._failed = False

    async def run(self) -> int:
        """Take line after line, and return the exit status: 1 if a line that was piped in failed.

        Raises:
            FilterError: No document passes what the conversation is limited to.
        """
        if self._where:
            await self._answerer.count(self._where)
        if is_interactive():
            await self._greet()
        async for line in typed_lines(self._settings.home, _HELP, self._toolbar):
            if line.lower() in _BARE:
                line = _BARE[line.lower()]
            if line in ("/quit", "/exit"):
                break
            try:
                await self._take(line)
            except (QAError, OSError) as error:
                self._failed = True
                show(f"error: {error}", "") if is_interactive() else warn(f"error: {error}")
        return int(self._failed and not is_interactive())

    async def _greet(self) -> None:
        documents = (await self._answerer.status()).documents
        show(f'{documents:,} documents in "{self._settings.collection}". Ask a question; /help lists the commands.')
        asked_before = [turn.text for turn in self._kept.turns if turn.role == "user"]
        if asked_before:
            show(f"The conversation goes on after: {asked_before[-1]}")
        show("")

    async def _take(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if not word.startswith("/") or not word[1:].isalpha():
            await self._ask(line)
        elif word == "/open":
            self._open(rest)
        elif word == "/limit":
            await self._limit(rest)
        elif word == "/save":
            self._save(rest.strip())
        elif word == "/new":
            self._kept, self._answers = Kept(self._settings), []
            show("A new conversation.", "")
        elif word == "/help":
            show(*(part for line in _HELP.values() for part in wrapped(line, " " * 20)), *wrapped(_KEYS, ""), "")
        else:
            raise QAError(f"there is no {word}{did_you_mean(word, _HELP)}; /help lists the commands")

    async def _ask(self, question: str) -> None:
        check_question(question)
        live = bool(self._settings.llm_model) and is_interactive()
        answering = asyncio.ensure_future(asked(self._answerer, question, self._kept.turns, self._where, live=live))
        loop, answer, stopped = asyncio.get_running_loop(), None, False
        began, error = times.now(), ""

        def stop() -> None:
            nonlocal stopped
            stopped = True
            loop.call_soon_threadsafe(answering.cancel)

        try:
            # If lines are piped in, Ctrl-C ends all of them.
            with signals.interruptible(stop) if is_interactive() else nullcontext():
                answer, lines = await answering
        except asyncio.CancelledError:
            if not stopped:
                raise
            show("", "stopped", "")
        except QAError as failed:
            error = str(failed)
            raise
        finally:
            answering.cancel()
            self._kept.add(question, answer, self._where, asked=began, error=error)
        if answer is not None:
            self._answers.append(answer)
            show(*lines, "")

    def _open(self, rest: str) -> None:
        number, _, how = rest.strip().partition(" ")
        citations = {citation.number: citation for citation in self._answers[-1].citations} if self._answers else {}
        if not citations:
            raise QAError(
                "the last answer has no footnotes" if self._answers else "there is no footnote yet; ask a question"
            )
        citation = citations.get(int(number)) if number.isdecimal() else None
        if citation is None or how not in ("", "file"):
            named, first = ", ".join(map(str, citations)), min(citations)
            what = f"/open {rest}".strip()
            has = f"footnotes {named}" if len(citations) > 1 else f"footnote {named} alone"
            raise QAError(f'"{what}" opens nothing; the last answer has {has}: /open {first}')
        if how:
            show(f"opened {open_file(citation)}", "")
            return
        for line, marks in passage_lines(citation):
            show_marked(line, marks) if marks else show(line)
        show("")

    async def _limit(self, rest: str) -> None:
        """Limit what may answer, and say how many documents that are; a limit that none passes is not taken."""
        where = self._where
        if rest.strip() in ("off", "none"):
            where = EVERYTHING
        elif rest.strip():
            try:
                where = parse_filter(shlex.split(rest))
            except ValueError as error:
                raise QAError(f"{rest.strip()} cannot be read ({error}); close its quotes") from error
        if not where:
            self._where = where
            show("all documents may answer", "")
            return
        count = await self._answerer.count(where)
        self._where = where
        show(f"limited to: {where}, {count:,} {'document' if count == 1 else 'documents'}", "")

    def _save(self, name: str) -> None:
        if not name:
            raise QAError("/save needs a file: /save answers.md")
        if not self._answers:
            raise QAError("there is no answer yet; ask a question")
        file = expanded(name)
        try:
            # Never overwrite: a slip of the finger would cost a file.
            with file.open("x", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(as_markdown(self._answers, title=f"Questions to {self._settings.collection}"))
        except FileExistsError as error:
            raise QAError(f"{file} already exists; name another file") from error
        except OSError as error:
            raise QAError(f"{file} cannot be written: {error.strerror or error}") from error
        count = len(self._answers)
        show(f"{count} {'answer' if count == 1 else 'answers'} written to {file}", "")

    def _toolbar(self) -> str:
        limits = f" · limited to: {self._where}" if self._where else ""
        return f"{self._settings.collection}{limits} · /help"
