"""A model's second opinion on the sentences of an answer. It adds words to the check's verdicts and replaces none."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from qa.answering.quoting.quote import EXTRACTIVE
from qa.errors import ModelError
from qa.models.verifiers import Opinion
from qa.types import Answer, Statement

_SURE = 0.5


class Verifier(Protocol):
    """A model that says whether a passage supports a sentence."""

    name: str

    def load(self) -> None:
        """Load the model, once."""
        ...

    def opinions(self, pairs: Sequence[tuple[str, str]]) -> list[Opinion]:
        """Return one opinion per pair of a passage and a sentence."""
        ...


async def with_opinions(answer: Answer, verifier: Verifier) -> Answer:
    """Return an answer whose written sentences carry what a model thinks of them; quoted ones need no opinion.

    A model that fails leaves the answer as it is, with a note.
    """
    asked = [item for item in answer.statements if item.citations]
    if answer.model == EXTRACTIVE or not asked:
        return answer
    texts = {citation.number: citation.chunk.text for citation in answer.citations}
    pairs = [(texts[number], item.text) for item in asked for number in item.citations if number in texts]
    try:
        made = await asyncio.to_thread(verifier.opinions, pairs)
    except ModelError as error:
        return replace(answer, note=f"{answer.note} There is no second opinion: {error}.".strip())
    left = iter(made)
    statements: list[Statement] = []
    for item in answer.statements:
        own = [next(left) for number in item.citations if number in texts]
        words = worded(verifier.name, own, marked=bool(item.problem)) if own else ""
        statements.append(replace(item, opinion=words))
    return replace(answer, statements=tuple(statements))


def worded(name: str, opinions: Sequence[Opinion], *, marked: bool) -> str:
    """Say what a model thinks of a sentence, "" where it agrees with a check that found nothing.

    Of several passages the one that supports the sentence best counts.

    Args:
        name: Of the model.
        opinions: At least one.
        marked: Whether the check found something.
    """
    supports = max(opinion.supports for opinion in opinions)
    contradicts = max(opinion.contradicts for opinion in opinions)
    if supports >= _SURE:
        return f"“{name}” takes it for supported ({supports:.2f})" if marked else ""
    if contradicts >= _SURE:
        return f"“{name}” takes it for contradicted ({contradicts:.2f})"
    return f"“{name}” finds no support for it ({supports:.2f})"
