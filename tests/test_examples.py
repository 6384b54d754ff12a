"""Questions that an empty page offers, and that what it holds answers."""

from dataclasses import replace

import pytest
from test_documents_listing import row

from qa.store.records import RegisterRow
from ui.web.escape import escape_markdown, spoken
from ui.web.examples import questions
from ui.web.language import speaking

LEASE = row("a/lease.pdf", "Lease of the boathouse", chunks=4, date="2024-05-01")
MINUTES = row("a/minutes.txt", "Minutes of March", chunks=4, date="2025-03-01")


def test_newest_documents_with_most_to_tell_are_asked_about_in_the_language_of_the_page() -> None:
    short, fragment = row("a/note.txt", "A note", chunks=1, date="2026-01-01"), row("a/x.txt", "x", chunks=9)
    rows = (short, LEASE, fragment, MINUTES)
    assert questions(rows) == [
        "Which documents are there?",
        "What is “Minutes of March” about?",
        "What is “Lease of the boathouse” about?",
        "What is “x” about?",
    ]
    with speaking("de"):
        assert questions(rows)[:2] == ["Welche Dokumente gibt es?", "Worum geht es in „Minutes of March“?"]
    assert questions([MINUTES]) == ["What is “Minutes of March” about?"]
    assert questions(()) == []


@pytest.mark.parametrize(
    "other",
    [
        row("b/quoted.txt", "The “old” one", chunks=9),
        row("b/long.txt", "long " * 30, chunks=9),
        row("b/empty.txt", "Empty paper", chunks=0),
        replace(row("b/table.csv", "Rates of 2024", chunks=9), media_type="text/csv"),
    ],
)
def test_document_that_cannot_be_told_by_its_title_is_not_asked_about(other: RegisterRow) -> None:
    assert questions((LEASE, other)) == ["Which documents are there?", "What is “Lease of the boathouse” about?"]


def test_title_that_two_documents_have_names_neither() -> None:
    assert questions((MINUTES, LEASE, row("b/minutes.txt", "minutes of march", chunks=9)))[1:] == [
        "What is “Lease of the boathouse” about?"
    ]


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("pump.py", "pump.py"),
        ("Über uns (neu)", "Über uns neu"),
        ("![x](http://e/a) <b> :material/x: `c`", "x http //e/a b material/x c"),
    ],
)
def test_label_that_is_read_aloud_has_neither_marks_nor_what_escapes_them(title: str, said: str) -> None:
    assert spoken(title) == said
    assert "\\" in escape_markdown(title)
