"""Why a sentence is doubtful, on a German page: the words of documents and of the sentence stay to the letter."""

import pytest

from ui.chat.doubts import doubt
from ui.web.language import speaking

CASES = [
    ("no passage is cited", "es ist keine Stelle angegeben"),
    ("the passage says “3” here, not “4”", "die Stelle sagt hier „3“, nicht „4“"),
    # What is a reason elsewhere is the document's here.
    ("the passage says “no ink” here", "die Stelle sagt hier „no ink“"),
    (
        "the passage says “is empty” here, not “is full” or “comments”; the cited passages do not hold Zoe",
        "die Stelle sagt hier „is empty“, nicht „is full“ oder „comments“; in den angegebenen Stellen steht nicht: Zoe",
    ),
    ("the passage says “a; b” here, not “c; d”", "die Stelle sagt hier „a; b“, nicht „c; d“"),
    ("the passage says this without “not”", "die Stelle sagt dies ohne „not“"),
    (
        "the cited passages say it in few of these words",
        "die angegebenen Stellen sagen es mit wenigen dieser Wörter",
    ),
    (
        "the documents do not agree: two documents say “within 28, or: 29 days”, one document says “{x}”",
        "die Dokumente sind sich nicht einig: 2 Dokumente sagen „within 28, or: 29 days“, ein Dokument sagt „{x}“",
    ),
    ("the documents do not agree: nobody knows", "die Dokumente sind sich nicht einig: nobody knows"),
    ("“m/x” finds no support for it (0.12)", "„m/x“ findet keinen Beleg dafür (0.12)"),
    ("it was stopped before it could be checked", "es wurde angehalten, bevor es geprüft werden konnte"),
    ("was noch niemand kennt", "was noch niemand kennt"),
    ("", ""),
]


@pytest.mark.parametrize(("problem", "german"), CASES)
def test_doubt_is_said_in_the_language_of_the_page(problem: str, german: str) -> None:
    assert doubt(problem) == problem
    with speaking("de"):
        assert doubt(problem) == german
