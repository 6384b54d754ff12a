"""What `footnote ask --explain` prints of an answer."""

from dataclasses import replace

import pytest
from fakes import chunk, hit

from qa.command.printing import say
from qa.types import Answer, Citation, Place, Search, Statement, Trace
from ui.explain import explanation

CHUNK = replace(chunk("The deposit is three rents. Notice is 28 days."), id="c1")
ANSWER = Answer(
    question="And the notice?",
    query="What is the notice?",
    text="It is 26 days [1].",
    statements=(
        Statement("It is three rents.", (1,), evidence=(Place(1, 0, 27),)),
        Statement(
            "It is 26 days.", (1,), "the passage says 28 here", support="contradicted", against=(Place(1, 28, 46),)
        ),
    ),
    citations=(Citation(1, CHUNK),),
    hits=(replace(hit(CHUNK.text), chunk=CHUNK), hit("Cats.", rank=2)),
    found=True,
    model="small-model",
    probability=0.8125,
    trace=Trace(
        searches=(
            Search("What is the notice?", "", 2, 0.5),
            Search("notice period", "type=pdf", 0, None, "model"),
        ),
        seconds=(("read", 0.0312), ("search", 1.5)),
        sent=("c1",),
        calls=2,
        prompt_tokens=1234,
        completion_tokens=56,
        estimated=True,
        tried=("the endpoint takes no temperature",),
    ),
)


def test_everything_behind_an_answer_is_told() -> None:
    lines = list(explanation(ANSWER))
    assert lines[:4] == [
        "Route: the best passages",
        "Probability that the documents answer: 0.81",
        "Search 1: “What is the notice?”: 2 passages, best score 0.50",
        "Search 2: “notice period”, in type=pdf, asked for by the model: 0 passages",
    ]
    [first, second] = [line for line in lines if line.strip()[:1] in "12" and "—" in line]
    assert first.endswith("(given to the model)")
    assert "given" not in second
    at = lines.index("Sentences:")
    assert lines[at + 1 :] == [
        "  supported: It is three rents.",
        "    for [1]: “The deposit is three rents.”",
        "  contradicted: It is 26 days.",
        "    why: the passage says 28 here",
        "    against [1]: “Notice is 28 days.”",
        "Got around: the endpoint takes no temperature",
        "Model: small-model, 2 calls, about 1,234 tokens in, about 56 out",
        "Time: read 0.03 s, search 1.50 s",
    ]


def test_hostile_words_stay_on_their_line_and_are_seen_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = replace(CHUNK, text="a\x1b[2J\nb", title="t\x1b]8;;http://evil\x07", start=0, end=7)
    answer = replace(
        ANSWER,
        citations=(Citation(1, hostile),),
        hits=(replace(hit("x"), chunk=hostile),),
        statements=(Statement("s\x1b[31m\nt", (1,), "p\x1b", evidence=(Place(1, 0, 7), Place(9, 0, 1))),),
        trace=Trace(reason="r\x1b\nq", searches=(Search("q\x1b\nw", "w\x1b", 1),), tried=("t\x1b\nu",)),
    )
    lines = list(explanation(answer))
    assert not [line for line in lines if "\n" in line]
    say(*lines)
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\\x1b[2J" in shown
