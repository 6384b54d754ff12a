"""What was chosen on the settings page: one file in the home, which the pages and the commands read alike.

It is this user's alone, because it may hold a key. The key belongs to one address: it is sent nowhere else, whichever
address an option or the environment names.
"""

import json
import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from qa.errors import ConfigError
from qa.private import close, is_open, make_folder, write_file

if TYPE_CHECKING:
    from filelock import FileLock

FILE = "settings.json"
OPENAI = "https://api.openai.com/v1"
# The settings that the page can change: a question or the next ingest reads them.
CHOOSABLE = (
    "llm_model",
    "openai_base_url",
    "llm_max_tokens",
    "context_tokens",
    "searches",
    "verifier",
    "ranking",
    "top_k",
    "threshold",
    "reranker",
    "rerank_ms",
    "dictionaries",
    "ocr",
    "timeout_s",
)
_VERSION = 1
_MOST_BYTES = 1_000_000
_WAIT_S = 10.0

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen.

    Attributes:
        values: By the name of the setting, those of `CHOOSABLE`.
        key: Of an endpoint; "" for none.
        key_place: For which endpoint it is, as `place_of` returns it.
        language: ISO 639-1 code of what the pages say; "" for the browser's.
        theme: "light" or "dark"; "" for the system's.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    key: str = field(default="", repr=False)
    key_place: str = ""
    language: str = ""
    theme: str = ""

    def key_for(self, address: str) -> str:
        """Return the key for an endpoint's address, "" if there is none for it."""
        return self.key if self.key and self.key_place == place_of(address) else ""

    def with_value(self, name: str, value: Value | None) -> "Chosen":
        """Return the same with another value of a setting; None forgets it."""
        values = {other: kept for other, kept in self.values.items() if other != name}
        return replace(self, values=values if value is None else {**values, name: value})


def place_of(address: str) -> str:
    """Return what a key is bound to: scheme, host and port of an address, of OpenAI's own for ""; "" for none."""
    try:
        parts = urlsplit(address.strip() or OPENAI)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port}" if parts.hostname else ""


def holds_password(address: str) -> bool:
    """Tell whether an address names a user or a password, which would stand in messages and be sent to every page."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    return parts.username is not None or parts.password is not None


def file_of(home: Path) -> Path:
    """Return the file of a home."""
    return home / FILE


def read(home: Path) -> Chosen:
    """Read what was chosen; without a file, nothing was.

    Raises:
        ConfigError: The file cannot be read, or holds something else.
    """
    file = file_of(home)
    try:
        return _chosen(json.loads(_text_of(file)))
    except (FileNotFoundError, NotADirectoryError):
        return Chosen()
    except OSError as error:
        why = str(error.strerror).lower()
        raise ConfigError(f"{file} cannot be read ({why}); mend that or move it away") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ConfigError(f"{file} is damaged or of a newer Footnote; mend it or move it away") from error


def write(home: Path, chosen: Chosen) -> None:
    """Write what was chosen, as a whole or not at all.

    Raises:
        ConfigError: The home cannot be written.
    """
    file = file_of(home)
    values = {
        "version": _VERSION,
        "settings": dict(chosen.values),
        **({"key": {"for": chosen.key_place, "key": chosen.key}} if chosen.key else {}),
        "page": {name: value for name in ("language", "theme") if (value := getattr(chosen, name))},
    }
    draft = file.with_name(f".{file.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        make_folder(home)
        write_file(draft, json.dumps(values, ensure_ascii=False, indent=1) + "\n")
        if is_open(draft):
            close(draft)
        draft.replace(file)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise ConfigError(f"{file} cannot be written ({error.strerror}), so nothing was changed") from error


def set_aside(home: Path) -> None:
    """Rename a file that cannot be used, so that nothing is chosen; an older one of that name is replaced.

    Raises:
        ConfigError: The home cannot be written.
    """
    file = file_of(home)
    try:
        file.replace(file.with_name(f"{file.name}.unused"))
    except FileNotFoundError:
        pass
    except OSError as error:
        raise ConfigError(f"{file} cannot be moved ({error.strerror}), so nothing was changed") from error


def changing(home: Path) -> "FileLock":
    """Return the lock under which the file is read and written again, so that two pages lose nothing.

    Raises:
        ConfigError: The home cannot be written.
    """
    from filelock import FileLock

    try:
        make_folder(home)
    except OSError as error:
        raise ConfigError(f"{home} cannot be written ({error.strerror}), so nothing was changed") from error
    return FileLock(home / f".{FILE}.lock", timeout=_WAIT_S, mode=0o600)


def _text_of(file: Path) -> str:
    """Return what a file holds, if it is one: a pipe would be waited for, and a device has no end."""
    # A pipe is not waited for, and what lies there is known once it is open.
    with open(file, "rb", opener=lambda path, flags: os.open(path, flags | getattr(os, "O_NONBLOCK", 0))) as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise ConfigError(f"{file} is no file, so no settings can be read from it; move it away")
        content = stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise ConfigError(f"{file} is larger than settings can be ({_MOST_BYTES // 1_000_000} MB); move it away")
    return content.decode("utf-8")


def _chosen(values: Any) -> Chosen:
    if values["version"] != _VERSION:
        raise ValueError("a newer Footnote's")
    settings, key, page = values.get("settings", {}), values.get("key", {}), values.get("page", {})
    known = {name: value for name, value in settings.items() if name in CHOOSABLE}
    if not all(isinstance(value, (str, int, float)) and not isinstance(value, bool) for value in known.values()):
        raise TypeError("a setting is a text or a number")
    return Chosen(
        values=known,
        key=_text(key.get("key", "")),
        key_place=_text(key.get("for", "")),
        language=_text(page.get("language", "")),
        theme=_text(page.get("theme", "")),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("this is no text")
    return value
