"""The lines that a person types in `footnote chat`: with editing and history on a terminal, else line by line."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from qa.command.printing import printable, say
from qa.private import open_file, write_file

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

HISTORY = "chat-history"
_KEPT_LINES = 500
_MAX_BYTES = 2_000_000

# Returns the text below the line that is being typed.
Toolbar = Callable[[], str]


def is_interactive() -> bool:
    """Tell whether a person types and reads in this terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


async def typed_lines(home: Path, commands: Iterable[str], toolbar: Toolbar) -> AsyncIterator[str]:
    """Yield what is typed until Ctrl-D; Ctrl-C empties the line. Piped lines are repeated in the output.

    Args:
        home: Keeps the history, for this user alone.
        commands: What Tab completes at the beginning of a line.
        toolbar: Returns the text below the line.
    """
    if not is_interactive():
        while line := await asyncio.to_thread(sys.stdin.readline):
            if line.strip():
                say(f"> {line.strip()}", "")
                yield line.strip()
        return
    session = _session(home / HISTORY, commands, toolbar)
    while True:
        try:
            # The command handles signals; here Ctrl-C is a key.
            line = await session.prompt_async("> ", handle_sigint=False)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if line.strip():
            yield line.strip()


def _session(file: Path, commands: Iterable[str], toolbar: Toolbar) -> "PromptSession[str]":
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import History

    class PrivateHistory(History):
        """The last lines, in a file that is this user's alone."""

        def load_history_strings(self) -> Iterable[str]:
            return reversed(read_history(file))

        def store_string(self, string: str) -> None:
            add_to_history(file, string)

    return PromptSession(
        history=PrivateHistory(),
        completer=WordCompleter([*commands], sentence=True),
        complete_while_typing=False,
        bottom_toolbar=lambda: printable(toolbar()),
        enable_open_in_editor=False,
    )


def read_history(file: Path) -> list[str]:
    """Return the lines that were typed before, oldest first; damaged ones are left out."""
    lines = []
    with suppress(OSError, ValueError):
        if file.stat().st_size <= _MAX_BYTES:
            for text in file.read_text(encoding="utf-8", errors="replace").splitlines():
                with suppress(ValueError):
                    line = json.loads(text)
                    if isinstance(line, str):
                        lines.append(line)
    return lines[-_KEPT_LINES:]


def add_to_history(file: Path, line: str) -> None:
    """Keep a line; a file that has grown is cut to the newest. A read-only home keeps none."""
    with suppress(OSError):
        known = file.stat().st_size if file.exists() else 0
        if known > _MAX_BYTES // 2:
            kept = read_history(file)[-_KEPT_LINES // 2 :]
            write_file(file, "".join(f"{json.dumps(text)}\n" for text in kept))
        with open_file(file, "a") as stream:
            stream.write(f"{json.dumps(line)}\n")
