"""Every error Footnote raises on purpose. The message holds the fact, the value and the next step, in one line.

QAError                          catch this one at the edges
├── ConfigError                  a setting is missing or impossible
├── AccessError                  somebody may not do what they asked for
├── QuestionError                a question is empty or too long
├── FilterError                  a filter cannot be read, or lets no document through
├── LoadError                    a file cannot be read; carries its source
├── ModelError                   a model that runs here cannot be loaded or run
├── StoreError                   the index refused or failed
│   ├── NoCollectionError        there is no collection of this name
│   ├── StoreUnavailableError    no connection, a timeout, or an engine that cannot start
│   └── CollectionMismatchError  the collection was built with other settings
└── LLMError
    ├── LLMUnavailableError      connection, timeout, server fault: trying again may help
    └── LLMRequestError          key, quota, model name, context length: trying again will not
"""

from qa.lazy_regex import lazy_regex

_PASSWORD = lazy_regex(r"(?<=://)[^\s/?#@]*:[^\s/?#]*@")


def without_passwords(text: str) -> str:
    """Return a text in which no address holds a user and a password any more ("http://ann:secret@host")."""
    return _PASSWORD.sub("", text) if "://" in text else text


class QAError(Exception):
    """Base of all errors that a user can do something about. Its message shows no password of an address."""

    def __str__(self) -> str:
        """Return the message."""
        return without_passwords(super().__str__())


class ConfigError(QAError):
    """A setting is missing or impossible."""


class AccessError(QAError):
    """Somebody may not do what they asked for."""


class QuestionError(QAError):
    """A question is empty or too long."""


class FilterError(QAError):
    """A filter cannot be read, or lets no document through."""


class LoadError(QAError):
    """A file cannot be read.

    Attributes:
        source: Path or URL of the file.
        reason: What is wrong and what to do, without the source.
        passing: Whether the same file may become readable, so that every ingest tries it again.
    """

    def __init__(self, source: str, reason: str, *, passing: bool = False) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason
        self.passing = passing


class ModelError(QAError):
    """A model that runs here (embedding, reranking, verifying) cannot be loaded or run."""


class StoreError(QAError):
    """The index refused a request or failed at it."""


class NoCollectionError(StoreError):
    """There is no collection of this name.

    Its text speaks to who sits at a terminal. `elsewhere` says the same to a page or a program, which has no options.
    """

    def __init__(self, text: str, *, elsewhere: str = "") -> None:
        super().__init__(text)
        self.elsewhere = elsewhere or text


class StoreUnavailableError(StoreError):
    """The index cannot be reached: no connection, a timeout, or an engine that cannot start."""


class CollectionMismatchError(StoreError):
    """The collection was built with other settings than those asked for."""


class LLMError(QAError):
    """The language model could not answer.

    Attributes:
        too_long: Whether a shorter request may be answered.
        kind: The fault in a word, see `qa.models.chat.faults`; "" if it is none of an endpoint's.
        words: What the endpoint or the connection said, on one line.
    """

    too_long = False
    kind = ""
    words = ""


class LLMUnavailableError(LLMError):
    """Connection, timeout or server fault: trying again may help."""


class LLMRequestError(LLMError):
    """Key, quota, model name or context length: trying again will not help."""
