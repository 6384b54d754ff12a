"""What a route that reads a question by itself took misspelt words of it for."""

from collections.abc import Sequence
from dataclasses import replace

from qa.answering.saying.phrases import phrases
from qa.types import Answer, Correction


def corrected(answer: Answer, taken: Sequence[tuple[str, str]]) -> Answer:
    """Return an answer that says which words were taken for others, each as it was typed and as it was read."""
    if not taken:
        return answer
    say = phrases(answer.question)
    told = (say("Read “{typed}” as “{meant}”.", typed=typed, meant=meant) for typed, meant in taken)
    note = " ".join(filter(None, (*told, answer.note)))
    return replace(answer, note=note, corrections=tuple(Correction(typed, meant) for typed, meant in taken))
