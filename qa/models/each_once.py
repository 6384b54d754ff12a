"""Texts that are embedded once each, whatever it is that a model makes of them."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def each_once(
    embed: Callable[[Sequence[str]], Awaitable[Iterable[T]]],
) -> Callable[[Sequence[str]], Awaitable[list[T]]]:
    """Return an embedder that remembers: deciding and quoting look at the same sentences.

    Args:
        embed: Returns one thing for each text, in their order.
    """
    known: dict[str, T] = {}

    async def embedded(texts: Sequence[str]) -> list[T]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, await embed(new), strict=True))
        return [known[text] for text in texts]

    return embedded
