"""Whether somebody who is named nowhere may be the one who speaks."""

from dataclasses import replace

import pytest
from fakes import hit

from qa.answering.evidence import is_spoken

SPEECH = ["I ask Congress to cap the price. My plan does that.", "I was born in the war. I am no young man."]


@pytest.mark.parametrize(
    ("texts", "more", "expected"),
    [
        (SPEECH * 2, {}, True),
        # A mail names who wrote it.
        (SPEECH * 2, {"from": "Ann Hill <ann@x.example>"}, False),
        # "World War I" is nobody, nor is one sentence of somebody a speech.
        (["World War I ended in 1918."] * 4, {}, False),
        (SPEECH[:1] + ["The rent is £900."] * 7, {}, False),
        ([], {}, False),
    ],
)
def test_a_speech_is_told_by_who_speaks(texts: list[str], more: dict[str, str], *, expected: bool) -> None:
    hits = [hit(text, key="one") for text in texts]
    assert is_spoken([replace(each, chunk=replace(each.chunk, metadata=more)) for each in hits]) is expected
