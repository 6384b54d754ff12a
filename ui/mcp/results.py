"""What the tools return; their schemas are made from these."""

from typing import Any

from pydantic import BaseModel


class Result(BaseModel):
    """One passage that was found."""

    id: str
    title: str
    url: str


class Results(BaseModel):
    """What was found, best first."""

    results: list[Result]


class Fetched(BaseModel):
    """One passage."""

    id: str
    title: str
    text: str
    url: str
    metadata: dict[str, str]


class Asked(BaseModel):
    """An answer: its text with markers such as [1], its sentences with verdicts, and its footnotes.

    `short_answer` are the few words of one of the sentences that answer by themselves, "" where none surely holds them.
    """

    text: str
    short_answer: str
    found: bool
    note: str
    sentences: list[dict[str, Any]]
    footnotes: list[dict[str, Any]]


class Document(BaseModel):
    """One document."""

    id: str
    title: str
    source: str
    media_type: str
    passages: int


class Documents(BaseModel):
    """Documents by source, `total` of them."""

    documents: list[Document]
    total: int


class Passage(BaseModel):
    """A passage, and what stands before and after it in its document."""

    id: str
    title: str
    place: str
    source: str
    url: str
    before: str
    text: str
    after: str
