"""Filters: what passes them in Python, and that a search of the real engine finds exactly that on every leg."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

import pytest
from conftest import OpenIndex, run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_store import direction, document

from qa.errors import FilterError
from qa.store import EmbeddedDocument, Index, RegisterRow, scope
from qa.store.where import EVERYTHING, Filter, day_of, meant_source, no_match, parse_filter


def row(source: str = "papers/reports/annual-2024.pdf", **change: object) -> RegisterRow:
    values: dict[str, object] = {
        "title": "Annual Report",
        "media_type": "application/pdf",
        "modified": int(datetime(2024, 3, 31, 12).timestamp() * 1e6),
        "metadata": {"root": "/home/ada/papers", "language": "de", "from": "Ada <ada@example.com>"},
        **change,
    }
    return RegisterRow(
        id="r",
        document_id="d1",
        source=source,
        sha256="",
        size=1,
        version="v",
        chunk_count=1,
        **values,  # type: ignore[arg-type]
    )


# What passes


@pytest.mark.parametrize(
    ("condition", "passes"),
    [
        ("source=papers/reports/annual-2024.pdf", True),
        ("source=papers/reports", True),
        ("source=./papers/reports/", True),
        ("source=papers", True),
        ("source=papers/rep", False),
        ("source=reports", False),
        ("source=annual-2024.pdf", True),
        ("source=annual-*.pdf", True),
        ("source=*/reports/*", True),
        ("source=PAPERS/reports", False),
        ("source=/home/ada/papers/reports", True),
        ("source=/home/ada/papers/reports/annual-2024.pdf", True),
        ("source=/home/ada/papers/rep", False),
        ("source=/home/ada", True),
        ("source!=papers/drafts", True),
        ("source!=*.pdf", False),
        ("title=annual report", True),
        ("title=annual*", True),
        ("title=report", False),
        ("document=d1", True),
        ("document=d2", False),
        ("type=pdf", True),
        ("type=.PDF", True),
        ("type=application/pdf", True),
        ("type=application/*", True),
        ("type=docx", False),
        ("type!=docx", True),
        ("language=DE", True),
        ("language!=de", False),
        ("from=*@example.com>", True),
        ("from=bob*", False),
        ("to=*", False),
        ("date=2024", True),
        ("date=2024-03", True),
        ("date=2024-03-31", True),
        ("date=2023", False),
        ("date!=2024-03", False),
        ("date>=2024-03-31", True),
        ("date>2024-03-31", False),
        ("date>2024", False),
        ("date<=2024-03", True),
        ("date<2024-03", False),
        ("date < 2025", True),
    ],
)
def test_condition(condition: str, passes: bool) -> None:
    assert parse_filter([condition]).matches(row()) is passes


def test_what_lies_inside_a_file_is_beneath_it() -> None:
    part = row("mail/a.eml!/plan.txt")
    assert parse_filter(["source=mail/a.eml"]).matches(part)
    assert not parse_filter(["source=mail/a"]).matches(part)


def test_alternatives_under_one_name_and_all_names_must_hold() -> None:
    assert parse_filter(["type=docx", "type=pdf", "language=de"]).matches(row())
    assert not parse_filter(["type=docx", "type=pdf", "language=en"]).matches(row())
    assert not parse_filter(["type=pdf", "source!=papers/reports", "title!=other"]).matches(row())
    assert parse_filter([]).matches(row())
    assert not parse_filter([])


def test_document_without_a_language_matches_none() -> None:
    plain = row(metadata={})
    assert not parse_filter(["language=*"]).matches(plain)
    assert parse_filter(["language!=de"]).matches(plain)


def test_stated_date_wins_over_that_of_the_file() -> None:
    assert day_of(row(metadata={"date": "2019-05-06T23:30:00+02:00"})) == date(2019, 5, 6)
    assert day_of(row(metadata={"date": "spring"})) == date(2024, 3, 31)


def test_day_at_the_head_wins_over_that_of_the_file_and_over_nothing_else() -> None:
    dated = {"dated": "2025-02-03"}
    assert day_of(row(metadata=dated)) == date(2025, 2, 3)
    assert day_of(row(metadata={**dated, "date": "2019-05-06"})) == date(2019, 5, 6)
    assert day_of(row("letters/2020-01-31.txt", metadata=dated)) == date(2020, 1, 31)
    assert parse_filter(["date=2025-02"]).matches(row(metadata=dated))


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        (["pdf"], '"pdf" is not a condition; write NAME=VALUE, such as type=pdf or date>=2024-03'),
        (["type="], '"type=" is not a condition'),
        (["type>pdf"], '"type>pdf": > works only with date; write type=pdf or type!=pdf'),
        (["date=soon"], '"soon" is not a date; write 2024-03-31, 2024-03 or 2024'),
        (["date=2024-02-30"], '"2024-02-30" is not a date'),
        (["date=9999"], '"9999" is not a date'),
        (["date>2024", "date<2024"], "no day is both from 2025-01-01 and until 2023-12-31; change one of the dates"),
    ],
)
def test_bad_condition_gets_one_line(conditions: list[str], message: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(conditions)
    assert str(caught.value).startswith(message)


def test_filter_in_words() -> None:
    words = ["type=pdf", "type=docx", "from=ada", "date>=2024", "source!=drafts/*"]
    assert str(parse_filter(words)) == "type pdf or docx, from ada, since 2024-01-01, not source drafts/*"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mail", "data/mail"),
        ("Mail/", "data/mail"),
        ("data/mial", "data/mail"),
        ("a.eml", "data/mail/a.eml"),
        ("mai", "data/mail"),
        ("moon", ""),
        ("*mail", ""),
        ("/", ""),
    ],
)
def test_error_names_the_folder_that_may_be_meant(typed: str, meant: str) -> None:
    """A folder in another one is not found by its name alone, and nobody said so."""
    rows = [row("data/mail/a.eml"), row("data/b.pdf")]
    assert meant_source(typed, rows) == meant
    told = str(no_match(Filter(sources=(typed,)), rows, "d"))
    assert told.endswith(f'; did you mean "{meant}"?' if meant else "folders data")


def test_error_names_what_there_is() -> None:
    rows = [row(), row("mail/a.eml", media_type="message/rfc822", metadata={"from": "x"})]
    there = str(no_match(parse_filter(["type=xlsx", "language=fr", "source=other"]), rows, "documents"))
    assert there == (
        'no document of "documents" matches source other, type xlsx, language fr; '
        "there are types eml, pdf; languages de; folders mail, papers"
    )
    assert str(no_match(parse_filter(["to=x"]), rows, "d")).endswith('; none has "to"; there are from, language')
    assert str(no_match(parse_filter(["langauge=x"]), rows, "d")).endswith('"langauge"; did you mean "language"?')


@given(st.lists(st.text(max_size=20), max_size=4))
def test_any_words_make_a_filter_or_one_line(words: list[str]) -> None:
    with suppress(FilterError):
        where = parse_filter(words)
        assert where.matches(row()) in (True, False)
        assert bool(str(where)) is bool(where)


# On the engine

HOSTILE = [
    'a "quoted" name',
    "it's",
    "back\\slash",
    "per%cent",
    "under_score",
    "größe",
    "測試 🌊",
    "a\\",
    '" or id != "',
    "] or",
]
SOURCES = [f"papers/{name}/file.txt" for name in HOSTILE] + [
    "papers/a",
    "papers/a!/b.txt",
    "papers/a0",
    "papers/a/b.txt",
]


def papers() -> list[EmbeddedDocument]:
    made = []
    for number, source in enumerate(SOURCES):
        paper = document(source, [f"text {number}"])
        name = HOSTILE[number % len(HOSTILE)]
        facts = {"language": ("de", "en", "")[number % 3], "note": name}
        made.append(
            replace(paper, row=replace(paper.row, title=name, metadata=facts, modified=number * 86_400_000_000))
        )
    return made


async def found_by_leg(index: Index, where: Filter) -> list[set[str]]:
    terms = {term: 1.0 for paper in papers() for sparse in paper.sparse for term in sparse}
    legs = (
        index.search_dense(direction(0), limit=100, where=where),
        index.search_sparse(terms, limit=100, where=where),
        index.search_hybrid(direction(0), terms, limit=100, where=where),
    )
    return [{item.chunk.source for item in found} for found in await asyncio.gather(*legs)]


async def check(index: Index, where: Filter) -> None:
    passing = {paper.row.source for paper in papers() if where.matches(paper.row)}
    if not passing:
        with pytest.raises(FilterError, match="no document of"):
            await found_by_leg(index, where)
    else:
        assert await found_by_leg(index, where) == [passing] * 3


def test_search_finds_what_passes_on_every_leg(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.commit(papers())
            await check(index, EVERYTHING)
            for source in SOURCES:
                await check(index, Filter(sources=(source,)))
                await check(index, Filter(sources=(source.removesuffix("/file.txt"), "papers/a")))
                await check(index, Filter(without=(Filter(sources=(source,)),)))
            for name in HOSTILE:
                await check(index, Filter(titles=(name,)))
                await check(index, Filter(metadata=(("note", (name,)),), languages=("de", "en")))
            for paper in papers()[:3]:
                await check(index, Filter(documents=(paper.row.document_id,), sources=("papers",)))
            await check(index, Filter(since=date(1970, 1, 4), until=date(1970, 1, 8)))
            await check(index, Filter(types=("pdf",)))
            await check(index, Filter(sources=("elsewhere/a",)))
            for most in (8, 9, 200):
                await check(index, Filter(sources=tuple(f"papers/{name}" for name in [*HOSTILE, *range(200)][:most])))

    run(main)


@pytest.mark.parametrize("most", [3, 0])
def test_many_documents_are_found_by_exclusion_or_sorted_out(
    new_index: OpenIndex, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(scope, "MOST_IDS", most)

    async def main() -> None:
        async with new_index() as index:
            await index.commit(papers())
            await check(index, Filter(without=(Filter(titles=("it's",)),)))
            where = Filter(languages=("de",))
            assert (await index.scope(where)).documents is not None
            await check(index, where)

    run(main)


def test_search_looks_further_for_what_is_sorted_out(new_index: OpenIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope, "MOST_IDS", 0)

    async def main() -> None:
        async with new_index() as index:
            await index.commit(papers())
            farthest = (await index.search_dense(direction(0), limit=100))[-1].chunk
            where = Filter(documents=(farthest.document_id,), titles=("*",))
            assert (await index.scope(where)).expression == ""
            [found] = await index.search_dense(direction(0), limit=1, where=where)
            assert found.chunk.id == farthest.id

    run(main)


def test_filter_follows_the_register(new_index: OpenIndex) -> None:
    where = Filter(titles=("it's",))

    async def main() -> None:
        async with new_index() as index:
            await index.commit(papers())
            before = (await found_by_leg(index, where))[0]
            paper = document("papers/later.txt", ["later"])
            await index.commit([replace(paper, row=replace(paper.row, title="it's"))])
            assert (await found_by_leg(index, where))[0] == {*before, "papers/later.txt"}
            await index.remove(paper.row.document_id)
            assert (await found_by_leg(index, where))[0] == before

    run(main)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=3))
def test_hostile_values_find_nothing_and_harm_nothing(new_index: OpenIndex, values: Sequence[str]) -> None:
    async def main() -> None:
        async with new_index() as index:
            if not (await index.status()).documents:
                await index.commit(papers())
            for where in (Filter(sources=tuple(f"papers/{value}" for value in values)), Filter(titles=tuple(values))):
                await check(index, where)

    run(main)


@pytest.mark.parametrize("conditions", [["type=pdf"] * 1_001, ["title=x" + " " * 2_000 + "x"]])
def test_more_than_anybody_types_is_refused(conditions: list[str]) -> None:
    """A program may send any number of conditions; a long one took the square of its length to read."""
    with pytest.raises(FilterError, match="too much is asked of the documents"):
        parse_filter(conditions)
