"""The few words in front, over notices, mails and house rules: what a later mail moved, times of day, who may."""

from dataclasses import replace

import pytest
from conftest import run
from fakes import FakeDense, PlainWords, asked, chunk, hit

from qa.answering.by_rule.superseded import superseding
from qa.answering.quoting.quotable import is_left_blank, is_of_another_time, is_of_other_end, may_be_quoted
from qa.answering.quoting.quote import best_quotes, quoted_answer
from qa.answering.sentences.quoted_sentences import Quote
from qa.types import Answer, Hit

STOP_WORDS = """the is a an of it and to was in on by what when who how much many did does do at for from until where
which has are be may we i you wann wie viele wer wo ist der die das am im in ein eine hat war darf wird vom auf den
""".split()  # noqa: SIM905


def of(found: Hit, *, metadata: dict[str, str], document: str = "d") -> Hit:
    """Return a hit of some document, with what is known of it."""
    chunk = replace(found.chunk, id=f"{document}-0", document_id=document, metadata=metadata)
    return replace(found, chunk=chunk)


def answer(question: str, *texts: tuple[str, str]) -> Answer:
    """Return what is quoted of passages, each given as (day of its document, text)."""
    found: list[Answer] = []
    language = "de" if question.startswith(("W", "D")) and not question.startswith(("Wh", "Do")) else "en"

    async def main() -> None:
        embedder = FakeDense()
        query = asked(
            question, words=PlainWords(*STOP_WORDS), vector=await embedder.embed_query(question), language=language
        )
        hits = [
            of(hit(text, title="Note"), document=f"d{at}", metadata={"date": day} if day else {})
            for at, (day, text) in enumerate(texts)
        ]
        quotes = await best_quotes(query, hits, embed=embedder.embed_sentences)
        changed = superseding(query, quotes, hits, "english")
        found.append(quoted_answer(query, [changed, *quotes] if changed else quotes, hits))

    run(main)
    return found[0]


READ = [
    ("Until when is the shop open on Saturdays?", "From 4 April the shop is open on Saturdays until 14:00.", "14:00"),
    ("When does the coach leave?", "The coach does leave at 8:45 and is back at about 15:30.", "8:45"),
    ("Who may use the saw?", "The saw may be used only after instruction by Ann Hill.", None),
    ("Wer darf die Säge benutzen?", "Die Säge darf nur nach Einweisung durch Jörg Wessel benutzt werden.", None),
    ("What is the tyre pressure at the back?", "Tyre pressure 2.3 bar in front, 2.1 bar at the back.", "2.1 bar"),
    ("May children enter the yard alone?", "Children under 12 may not enter the yard alone.", None),
    ("What was the balance at the end of 2025?", "The balance at the end of 2024 was 480 pounds.", None),
    ("How much is the fee in July?", "In June the fee is 20 pounds.", None),
    ("Dürfen Hunde in den Garten?", "Hunde dürfen nicht in den Garten, ausgenommen Blindenhunde.", None),
    ("How much is the excess for water damage?", "The excess is £150 a claim, and £400 for water damage.", "£400"),
]  # fmt: skip
HELD = [
    ("When does the library close on Fridays?", "On Fridays the library will close at 18:30 instead of 20.", "18:30"),
    ("Wann schließt die Bücherei am Freitag?", "Am Freitag schließt die Bücherei um 18:30 Uhr.", "18:30 Uhr"),
    ("When does the ferry return?", "The ferry leaves at 9:10 and will return at 17:40.", "17:40"),
    ("When do buses leave Sandle?", "Buses leave Sandle at 16:10 and 18:25 and cost £3.", "16:10 and 18:25"),
    ("Wann fährt der Bus?", "Der Bus fährt um 9:05 Uhr, 12:30 Uhr und 18 Uhr ab.", "9:05 Uhr, 12:30 Uhr und 18 Uhr"),
    ("Was kostet die Nacht für Mitglieder?", "Die Nacht kostet 24 Euro, für Mitglieder 12 Euro.", "12 Euro"),
    ("What does the night cost for children?", "A night costs £24 for adults and for children £9.", "£9"),
    ("What does the night cost for adults?", "A night costs £24 for adults and for children £9.", "£24"),
    ("What did bread cost in 1840?", "Bread had cost 11 pence in 1840 and cost 8 pence in 1850.", "11 pence"),
    ("What did bread cost in 1850?", "Bread had cost 11 pence in 1840 and cost 8 pence in 1850.", "8 pence"),
    ("When is the ferry closed on Mondays?", "Since 3 May 2024 the ferry is closed on Mondays from 12:00.", "12:00"),
    ("Who must sign the form?", "The form must be signed after a check by Tom Reed.", None),
    ("Wer muss das Formular prüfen?", "Das Formular muss nach Abgabe durch Eva Lang geprüft werden.", None),
    ("How high is the wall at the gate?", "The wall is 2 m high at the road, and 3 m high at the gate.", "3 m"),
    ("What was the rent in 2023?", "In 2022 the rent was 700 pounds.", None),
    ("Is swimming allowed in the pond?", "Swimming in the pond is allowed, apart from the winter.", None),
    ("When did the museum open?", "The museum did open on 3 May 1932.", "3 May 1932"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "text", "wanted"), [*READ, *HELD])
def test_only_what_is_asked_for_stands_in_front(question: str, text: str, wanted: str | None) -> None:
    given = answer(question, ("", text)).direct
    assert (given.text if given else None) == wanted


@pytest.mark.parametrize(
    ("question", "first", "later", "wanted"),
    [
        (
            "Wann ist das Sommerfest?",
            "Unser Sommerfest ist am 11. Juli 2026 im Garten.",
            "Das Sommerfest wird vom 11. Juli auf den 18. Juli 2026 verschoben.",
            "18. Juli 2026",
        ),
        (
            "When is the sports day?",
            "The sports day is on 3 June 2026.",
            "The sports day has been postponed to 10 June 2026.",
            "10 June 2026",
        ),
        (
            "How much is the entrance fee?",
            "The entrance fee is 4 pounds for all.",
            "The entrance fee rises from 4 pounds to 5 pounds.",
            "5 pounds",
        ),
        # Something else was moved.
        (
            "When is the sports day?",
            "The sports day is on 3 June 2026.",
            "The bake sale was moved from 5 May to 6 May 2026.",
            "3 June 2026",
        ),
    ],
)
def test_what_a_later_mail_moved_stands_in_front(question: str, first: str, later: str, wanted: str) -> None:
    given = answer(question, ("2026-05-10", first), ("2026-06-16", later))
    assert given.direct
    assert given.direct.text == wanted


@pytest.mark.parametrize(
    ("question", "later", "is_changed"),
    [
        (
            "Do rehearsals take place on Tuesdays?",
            "From 1 October rehearsals move to Thursdays, in the old school.",
            True,
        ),
        ("Where are the rehearsals?", "From 1 October rehearsals move to Thursdays, in the old school.", True),
        ("When are the rehearsals?", "From 1 October rehearsals move to Thursdays, in the old school.", True),
        ("Do rehearsals take place on Tuesdays?", "The committee moved its rehearsals of the play.", False),
        (
            "Where were the rehearsals in March?",
            "From 1 October rehearsals move to Thursdays, in the old school.",
            False,
        ),
    ],
)
def test_what_later_minutes_moved_is_no_longer_so(question: str, later: str, is_changed: bool) -> None:
    first = "Rehearsals take place on Tuesdays in the hall."
    given = answer(question, ("2025-03-12", first), ("2025-09-10", later))
    assert (given.statements[0].text == later) is is_changed
    assert not (is_changed and given.direct and given.direct.text == "Yes")


def test_an_earlier_mail_moves_nothing() -> None:
    earlier, now = "The sports day has been postponed to 3 June 2026.", "The sports day is on 10 June 2026."
    given = answer("When is the sports day?", ("2026-05-20", now), ("2026-05-10", earlier))
    assert given.direct is None or given.direct.text == "10 June 2026"


def quote(text: str, **metadata: str) -> Quote:
    return Quote(of(hit(text), metadata=metadata), 0, len(text), text, 1.0)


@pytest.mark.parametrize(
    ("question", "text", "metadata", "is_quotable"),
    [
        ("Who is her captain?", "From: Ann Hill <ann@x.example>", {"from": "Ann"}, False),
        ("Wie heißt der Kapitän?", "Von: Ann Hill <ann@x.example>", {"from": "Ann"}, False),
        ("Who sent the mail about the boat?", "From: Ann Hill <ann@x.example>", {"from": "Ann"}, True),
        ("Who is her captain?", "From: Ann Hill to Ben Oak in one night", {}, True),
        ("How much is the rent?", "Lease of 14 Mill Lane", {}, False),
        ("What do we pay from May?", "On 24 February 2025 at 17:18 Ann Hill wrote:", {}, False),
        ("Was zahlen wir ab Mai?", "Am 24. Februar 2025 schrieb Ann Hill <ann@x.example>:", {}, False),
        ("When was the mail about rent written?", "On 24 February 2025 at 17:18 Ann Hill wrote:", {}, True),
        ("What do we pay from May?", "On 24 February Ann Hill wrote: from May it is 900 pounds.", {}, True),
        ("How much is the rent?", "Mietvertrag Hafenweg 3", {}, False),
        ("How much is the rent?", "The rent of Mill Lane is 900 pounds.", {}, True),
        ("How much is the rent?", "Rent: 900 pounds", {}, True),
        ("Where is the shovel?", "The shovel is located: [INSERT SHOVEL LOCATION HERE].", {}, False),
        ("What is in the house?", "← Back to inside the house", {}, False),
        ("Which boxes are ticked?", "[x] The deposit is paid [1]", {}, True),
    ],
)
def test_heads_and_titles_are_not_quoted(question: str, text: str, metadata: dict[str, str], is_quotable: bool) -> None:
    assert may_be_quoted(question, quote(text, **metadata)) is is_quotable


@pytest.mark.parametrize(
    ("question", "text", "is_other"),
    [
        ("When do I have to check out?", "Check-in window: from 3 pm.", True),
        ("When do I have to check out?", "Check-in is from 3 pm, checkout until 10 am.", False),
        ("Wann ist die Anreise?", "Die Abreise ist bis 10 Uhr.", True),
        ("When is breakfast?", "Check-in window: from 3 pm.", False),
    ],
)
def test_how_a_stay_begins_does_not_tell_how_it_ends(question: str, text: str, *, is_other: bool) -> None:
    assert is_of_other_end(question, text) is is_other


@pytest.mark.parametrize(
    ("text", "is_blank"),
    [
        ("Password: ______", True),
        ("- **Network:** _____________", True),
        ("Ort, Datum: ……", True),
        ("Return the keys to ______ or lock the box.", False),
        ("Password: heron_7", False),
    ],
)
def test_field_in_which_nothing_stands_is_blank(text: str, *, is_blank: bool) -> None:
    assert is_left_blank(text) is is_blank


@pytest.mark.parametrize(
    ("title", "line", "is_quotable"),
    [
        ("American Ninja Warrior", "Broadcast from June 12 -- September 18, 2017", True),
        ("Harbour Row 7", "Lease of Harbour Row 7", False),
        # Without a title of its own a document is called by its file.
        ("scan 004", "Lease Agreement", False),
    ],
)
def test_a_first_line_is_a_title_only_if_it_says_what_the_title_does(
    title: str, line: str, *, is_quotable: bool
) -> None:
    found = replace(chunk(line, title=title), source="scan-004.pdf" if title == "scan 004" else "a.md")
    one = Hit(found, 0.5, 1, "scores", cosine=0.5, bm25=0.5)
    assert may_be_quoted("when is it", Quote(one, 0, len(line), line, 0.5)) is is_quotable


@pytest.mark.parametrize(
    ("question", "row", "is_other"),
    [
        ("What was the gas bill in July 2025?", "Month: 2025-06; Gas GBP: 8.68", True),
        ("What was the gas bill in June 2025?", "Month: 2025-06; Gas GBP: 8.68", False),
        ("How much gas did we use in 2024?", "Month: 2025-06; Gas kWh: 140", True),
        ("Was wurde im April ausgegeben?", "Datum: 20.03.2026; Ausgabe: 90,00", True),
        ("Was wurde im März ausgegeben?", "Datum: 20.03.2026; Ausgabe: 90,00", False),
        ("What happened since May 2024?", "Date: 2024-08-01; Event: Fire", False),
        ("Compare January and June 2025", "Month: 2025-06; Gas GBP: 8.68", False),
        ("Who joined in 2024?", "Name: Ann; Joined: 2020-01-01", False),
    ],
)
def test_row_of_another_time_is_no_answer(question: str, row: str, is_other: bool) -> None:
    assert is_of_another_time(question, quote(row, rows="2")) is is_other


@pytest.mark.parametrize("first", ["minutes-2024-02-06.txt", "minutes.txt"])
def test_day_in_a_files_name_tells_what_is_later(first: str) -> None:
    """Minutes mostly state their day there alone; a document without any day is not known to be older."""

    async def main() -> None:
        embedder = FakeDense()
        question = "What is the budget of the fair?"
        query = asked(question, words=PlainWords(*STOP_WORDS), vector=await embedder.embed_query(question))
        hits = [
            of(hit("The budget of the fair is 18,000 euros.", title=first), metadata={}, document="old"),
            of(hit("The budget of the fair rises to 21,500 euros."), metadata={}, document="new"),
        ]
        names = (first, "minutes-2024-04-09.txt")
        hits = [
            replace(one, chunk=replace(one.chunk, source=f"docs/{name}")) for one, name in zip(hits, names, strict=True)
        ]
        quotes = await best_quotes(query, hits[:1], embed=embedder.embed_sentences)
        changed = superseding(query, quotes, hits, "english")
        assert (changed is not None) == (first != "minutes.txt")

    run(main)
