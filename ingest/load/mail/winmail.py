"""A winmail.dat (TNEF) that was saved by itself: what Outlook wrapped, with its attachments as documents."""

import io

from ingest.load.build import TextBuilder
from ingest.load.file import File
from ingest.load.mail import tnef
from ingest.load.parts import Budget, Namer, Parts
from qa.errors import LoadError
from qa.types import Document


def load(file: File, media_type: str) -> Document:
    """Load the text that is wrapped, and the names of what is attached."""
    wrapped = _wrapped(file)
    built = TextBuilder()
    built.paragraph(wrapped.body)
    if names := ", ".join(name for name, _ in wrapped.attachments):
        built.paragraph(f"Attachments: {names}")
    return Document(file.source, file.stem, built.text, media_type)


def parts(file: File, budget: Budget) -> Parts:
    """Yield the attachments."""
    namer = Namer(file)
    for name, data in _wrapped(file).attachments:
        budget.count(file.source)
        source = namer.source(name)
        yield File(source, name, budget.read(io.BytesIO(data), source))


def _wrapped(file: File) -> tnef.Wrapped:
    if (wrapped := tnef.unwrapped(file.read())) is None:
        raise LoadError(file.source, "is no winmail.dat; export it again")
    return wrapped
