"""The list of documents without a page: what is listed, found, sorted and chosen."""

from dataclasses import replace
from datetime import date

import pytest

from qa.store import RegisterRow, version_id
from ui.documents import render
from ui.documents.listing import (
    PAGE,
    Entry,
    Wanted,
    choices,
    chosen,
    entries,
    file_of,
    page_count,
    page_of,
    top_folder,
    with_parts,
)


def row(
    source: str, title: str = "", *, chunks: int = 1, size: int = 9, modified: int = 1, **metadata: str
) -> RegisterRow:
    version = version_id("a" * 64)
    key = f"{abs(hash(source)):032x}"[:32]
    return RegisterRow(
        key, key, source, title, "text/plain", "a" * 64, size, modified, version, chunks, 1_700_000_000_000_000,
        metadata=metadata,
    )  # fmt: skip


def failed(source: str, reason: str, **metadata: str) -> RegisterRow:
    return replace(row(source, **metadata), id="f", status="failed", error=reason, chunk_count=0)


def titles(found: list[Entry]) -> list[str]:
    return [entry.title for entry in found]


def one(*rows: RegisterRow, broken: tuple[RegisterRow, ...] = ()) -> Entry:
    [entry] = entries(rows, broken)
    return entry


def test_document_says_what_it_is() -> None:
    entry = one(row("papers/sub/a.PDF", "A paper", chunks=7, size=1_500, date="2024-03-01", language="de"))
    assert (entry.title, entry.kind, entry.passages, entry.size, entry.state) == ("A paper", "pdf", 7, 1_500, "ready")
    assert (entry.day, entry.language, entry.folder, top_folder(entry)) == (
        date(2024, 3, 1),
        "de",
        "papers/sub",
        "papers",
    )


def test_document_without_a_title_is_called_like_its_file() -> None:
    assert one(row("papers/a.txt", "  ")).title == "a.txt"


@pytest.mark.parametrize(
    ("rows", "broken", "state", "said"),
    [
        ((row("a/x.pdf"),), (), "ready", ""),
        ((row("a/x.pdf", gaps="page 3 is a picture"),), (), "incomplete", "Incomplete: page 3 is a picture"),
        ((replace(row("a/x.pdf"), version="01" + "a" * 30),), (), "stale", "Read by an earlier release"),
        ((), (failed("a/x.pdf", "is encrypted"),), "failed", "Could not be read: it is encrypted"),
        (
            (row("a/x.pdf", chunks=3),),
            (failed("a/x.pdf", "is damaged"),),
            "failed",
            "read: it is damaged. The older one",
        ),
        ((), (failed("a/x.pdf", "its reader crashed"),), "failed", "Could not be read: its reader crashed"),
    ],
)
def test_state_says_what_is_wrong(
    rows: tuple[RegisterRow, ...], broken: tuple[RegisterRow, ...], state: str, said: str
) -> None:
    entry = one(*rows, broken=broken)
    assert entry.state == state
    assert said in render.said(entry)
    # Who may only read is told nothing to do.
    assert "again" not in render.details(entry, None, "", may_change=False)
    assert entry.passages == (rows[0].chunk_count if rows else 0)


def test_words_are_found_in_title_place_and_reason() -> None:
    found = entries(
        [row("letters/1.txt", "Größe der Bögen"), row("mail/2.txt", "Other")], [failed("x/3.pdf", "encrypted")]
    )
    assert titles(chosen(found, Wanted("bögen GRÖSSE"))) == ["Größe der Bögen"]
    assert titles(chosen(found, Wanted("mail"))) == ["Other"]
    assert titles(chosen(found, Wanted("ENCRYPTED"))) == ["3.pdf"]
    assert chosen(found, Wanted("mail encrypted")) == []


def test_filters_hold_together_and_their_values_are_alternatives() -> None:
    found = entries(
        [row("a/1.pdf", language="en"), row("a/2.txt", language="de"), row("b/3.pdf", language="de")],
        [failed("b/4.pdf", "is damaged")],
    )
    assert titles(chosen(found, Wanted(kinds=("pdf",), folders=("a", "b"), languages=("de", "en")))) == [
        "1.pdf",
        "3.pdf",
    ]
    assert titles(chosen(found, Wanted(states=("failed",)))) == ["4.pdf"]
    there = choices(found)
    assert there.kinds == {"pdf": 3, "txt": 1}
    assert there.folders == {"a": 2, "b": 2}
    assert there.languages == {"de": 2, "en": 1}
    assert there.states == {"ready": 3, "failed": 1}


def test_numbers_in_titles_are_sorted_as_numbers() -> None:
    found = entries([row(f"a/{n}.txt", f"page {n}") for n in (10, 9, 100)], [])
    assert titles(chosen(found, Wanted())) == ["page 9", "page 10", "page 100"]
    assert titles(chosen(found, Wanted(descending=True))) == ["page 100", "page 10", "page 9"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [("size", ["b", "c", "a"]), ("passages", ["c", "a", "b"]), ("date", ["a", "c", "b"]), ("pages", ["c", "b", "a"])],
)
def test_list_is_sorted_the_largest_first(order: str, expected: list[str]) -> None:
    rows = [
        row("x/1.txt", "a", chunks=5, size=1, date="2024-05-01"),
        row("x/2.txt", "b", chunks=1, size=9, date="2022-01-01"),
        row("x/3.txt", "c", chunks=8, size=5, date="2023-01-01"),
    ]
    pages = {rows[1].document_id: 2, rows[2].document_id: 30}
    wanted = Wanted(order=order, descending=True)  # type: ignore[arg-type]
    assert titles(chosen(entries(rows, []), wanted, pages)) == expected


def test_pages_of_the_list() -> None:
    found = entries([row(f"a/{n}.txt", f"{n}") for n in range(2 * PAGE + 1)], [])
    assert page_count(len(found)) == 3
    assert page_count(0) == 1
    assert len(page_of(found, 1)) == PAGE
    assert len(page_of(found, 3)) == 1
    assert page_of(found, 99) == page_of(found, 3)
    assert page_of([], 1) == []


def test_mail_is_removed_with_its_attachments() -> None:
    found = entries([row("m/1.eml"), row("m/1.eml!/plan.pdf", inside="m/1.eml"), row("m/2.eml")], [])
    mail = next(entry for entry in found if entry.source == "m/1.eml")
    assert {entry.source for entry in with_parts([mail], found)} == {"m/1.eml", "m/1.eml!/plan.pdf"}


@pytest.mark.parametrize(
    ("source", "metadata", "expected"),
    [
        ("papers/sub/a.pdf", {"root": "/home/ada/papers"}, "/home/ada/papers/sub/a.pdf"),
        ("papers/m.eml!/a.pdf", {"root": "/p", "inside": "papers/m.eml"}, "/p/m.eml"),
        ("https://a.example/x", {}, "https://a.example/x"),
        ("set-17", {}, ""),
    ],
)
def test_file_of_a_document(source: str, metadata: dict[str, str], expected: str) -> None:
    assert file_of(one(row(source, **metadata))) == expected


def test_years_that_no_calendar_has_are_listed() -> None:
    entry = one(row("a/1.txt", modified=2**62))
    assert render.day(entry.day) == ""
    assert "–" in render.line(entry, None, "")


def test_place_of_an_attachment_is_its_mail() -> None:
    drawn = render.line(one(row("m/1.eml!/plan.pdf", inside="m/1.eml")), 1, "/read/x")
    assert '<span class="fn-doc-place">m/1.eml</span>' in drawn


def test_line_escapes_all_that_documents_say() -> None:
    entry = one(row('a"<b>/x.<i>', "<script>alert(1)</script>", gaps="<img src=x>"))
    shown = render.line(entry, 3, '/read/document/x"y')
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<b>" not in shown.replace("<b></b>", "")
    assert 'href="/read/document/x&quot;y"' in shown


@pytest.mark.parametrize(("count", "said"), [(0, "0 B"), (999, "999 B"), (1_500, "1.5 KB"), (123_456_789, "123 MB")])
def test_sizes_have_units(count: int, said: str) -> None:
    assert render.size(count) == said
