"""What stands beside what would be quoted and belongs to the answer: terms, who does it, the fields of two papers."""

import time

import pytest
from fakes import chunk
from test_asked_thing import paper, query_of
from test_days_and_measures import register_row

from qa.answering.completing.issuer import with_issuer
from qa.answering.completing.terms_beside import with_terms
from qa.answering.completing.who_does_it import with_who
from qa.answering.routes.side_by_side.across_words import side_by_side
from qa.answering.routes.side_by_side.same_fields import same_fields
from qa.answering.routes.side_by_side.sides import _item, _of_noun
from qa.answering.sentences.quoted_sentences import sentences_of
from qa.types import Hit

INTERNET = paper(
    "Start: 15 September 2023. The minimum term is 24 months. You can cancel with one month's notice to the end of the "
    "term. Send the letter to PO Box 77. The router is lent."
)
STROM = paper(
    "Der Vertrag läuft jeweils zwölf Monate. Die Kündigungsfrist beträgt sechs Wochen. Für eine Kündigung muss Ihr "
    "Schreiben bis zum 17.01.2026 bei uns sein. Der Preis steigt nicht.",
    language="de",
)


@pytest.mark.parametrize(
    ("question", "language", "hit", "quoted", "beside"),
    [
        ("How do I cancel the contract?", "en", INTERNET, "You can cancel", ["24 months"]),
        ("Bis wann muss ich kündigen?", "de", STROM, "Die Kündigungsfrist", ["17.01.2026", "zwölf Monate"]),
        ("Wie kündige ich den Strom?", "de", STROM, "Für eine Kündigung", ["sechs Wochen", "zwölf Monate"]),
    ],
)
def test_who_cancels_is_told_the_terms_too(
    question: str, language: str, hit: Hit, quoted: str, beside: list[str]
) -> None:
    first = next(quote for quote in sentences_of(hit) if quote.text.startswith(quoted))
    found = with_terms(query_of(question, language), [first], [hit], "english")
    assert found[0] is first
    assert len(found) == 1 + len(beside)
    assert all(any(words in quote.text for quote in found[1:]) for words in beside)


@pytest.mark.parametrize("question", ["What is the notice period?", "Who lends the router?", "What does it cost?"])
def test_other_questions_are_told_no_terms(question: str) -> None:
    first = sentences_of(INTERNET)[1]
    assert with_terms(query_of(question), [first], [INTERNET], "english") == [first]


def test_terms_of_one_contract_leave_the_other_papers_quotations() -> None:
    gym = paper("The gym contract is cancelled in writing. Two weeks' notice is enough.", title="Gym")
    room = paper("Please notice that room 12 is closed.", title="Room")
    first, other = sentences_of(INTERNET)[2], sentences_of(gym)[0]
    found = with_terms(
        query_of("How do I cancel the internet and the gym contract?"), [first, other], [INTERNET, gym], ""
    )
    assert found[0] is first
    assert other in found
    process = sentences_of(paper("Send SIGTERM to the process to terminate it.", title="Processes"))[0]
    quotes = [process, sentences_of(room)[0]]
    assert with_terms(query_of("How do I terminate a process?"), quotes, [room], "") == quotes


def test_terms_are_looked_for_in_time_in_a_long_row_of_figures() -> None:
    """A number before "notice" was looked for to the end of the text from each figure: 5 s for 16,000 characters."""
    row = paper("The contract is cancelled so: " + "1 cancel " * 2_000, title="Contract")
    started = time.process_time()
    with_terms(query_of("How do I cancel the contract?"), sentences_of(row)[:1], [row], "")
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("The roof of the shed leaks. Sam Kettle repairs it in March.", "Sam Kettle"),
        # It is no answer who does something else, and nobody is named twice.
        ("The roof of the shed leaks. Priya Menon orders new oars.", ""),
        ("Ann Lee looks at the roof of the shed. Sam Kettle repairs it in March.", ""),
        ("The roof of the shed leaks. It is repaired in March.", ""),
    ],
)
def test_next_sentence_names_who_does_it(text: str, second: str) -> None:
    quotes = sentences_of(paper(text))
    found = with_who(query_of("Who is doing the roof of the shed?"), quotes[:1], "english")
    assert [quote.text.startswith(second) for quote in found[1:]] == ([True] if second else [])


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who discovered penicillin?", "Penicillin was discovered in 1928. It changed how London hospitals worked."),
        ("Who painted the ceiling?", "The ceiling was painted until 1512. It shows nine scenes from Genesis."),
        ("Who wrote the parser?", "The parser was written in 2014. It is used by Google and Meta."),
        ("Who bakes the rye bread?", "The rye bread is baked at dawn. It is sold on the High Street."),
        ("Who signed the peace?", "The peace was signed in 1648. It ended the war in Germany."),
        ("Who pollinates the orchid?", "The orchid is pollinated at night. It grows in Borneo."),
        ("Wer malte das Bild?", "Das Bild wurde 1632 gemalt. Es hängt heute in Den Haag."),
    ],
)
def test_next_sentence_that_says_where_or_when_names_nobody_who_did_it(question: str, text: str) -> None:
    language = "de" if question.startswith("Wer") else "en"
    quotes = sentences_of(paper(text, language=language))[:1]
    assert with_who(query_of(question, language), quotes, "english") == quotes


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who repairs the boiler?", "The boiler is out of order. Kettle & Sons will mend it on Monday."),
        ("Who painted the ceiling?", "The ceiling was painted until May 1512. Ada Brunn painted it in four years."),
        ("Wer repariert das Dach?", "Das Dach ist seit Mai undicht. Das wird von der Firma Kettler repariert."),
        ("Wer kümmert sich um das Dach?", "Das Dach ist seit Mai undicht. Das macht Uwe Rauh im Herbst."),
    ],
)
def test_next_sentence_names_who_does_it_in_any_order(question: str, text: str) -> None:
    language = "de" if question.startswith("Wer") else "en"
    quotes = sentences_of(paper(text, language=language))
    found = with_who(query_of(question, language), quotes[:1], "english")
    assert [quote.text for quote in found] == [quote.text for quote in quotes]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When was the contract cancelled?", "The contract was cancelled with a notice of 2 weeks on 3 May 2021."),
        ("When did I cancel the insurance?", "You cancelled with notice of 2 weeks on 3 May 2021."),
        # The earliest of anything is no term.
        ("How is a contract ended by a court?", "A contract is ended by notice of 3 days."),
    ],
)
def test_who_asks_what_was_is_told_no_terms(question: str, text: str) -> None:
    hit = paper(f"{text} The minimum wage is £9. The earliest case was in 1920.", title="Contract")
    first = sentences_of(hit)[:1]
    assert with_terms(query_of(question), first, [hit], "english") == first


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We start at 10:30 tomorrow", "We start at 10:45 on Sunday"),
        ("In Genesis 1:3 there is light", "In Genesis 1:5 there is day"),
        ("Ratio 3:1 of sand", "Ratio 3:2 of sand"),
        ("C:\\temp\\x", "C:\\temp\\y"),
        ("But the reason was simple: he ran", "But the reason was simple: she sat"),
    ],
)
def test_lines_with_a_colon_that_names_nothing_are_no_fields(one: str, other: str) -> None:
    assert same_fields([chunk(one)], [chunk(other)]) == []


def test_field_of_a_time_is_one() -> None:
    found = same_fields([chunk("Date: Mon, 3 May 2021 10:30")], [chunk("Date: Tue, 4 May 2021 11:00")])
    assert [left.text for left, _ in found] == ["Date: Mon, 3 May 2021 10:30"]


@pytest.mark.parametrize(
    ("question", "text", "issuer"),
    [
        ("Who repaired the roof?", "Hallam Roofing Ltd\nInvoice 12\nThe roof was repaired in May.", "Hallam"),
        ("Who insures the boat?", "Northsea Mutual\nPolicy number: 4471\nThe boat is insured for £9,000.", "Northsea"),
        ("Wer hat das Dach repariert?", "Dachbau Rauh\nRechnung Nr. 12\nDas Dach wurde repariert.", "Dachbau"),
        # Of what is told of bills, offers and policies nobody is the issuer.
        ("Who built the forum?", "The age of Augustus\nForeign policy\nThe forum was built in 2 BC.", ""),
        ("Who made the law?", "The Reform Act\nThe bill was disputed.\nThe law was made in 1832.", ""),
        ("Who offered peace?", "The winter war\nAn offer of peace came in March.\nPeace was offered again in May.", ""),
        ("Who covered the tower?", "Tower works\nThe insurance ran out.\nThe tower was covered in lead.", ""),
    ],
)
def test_first_line_of_a_bill_or_a_policy_alone_says_whose_it_is(question: str, text: str, issuer: str) -> None:
    language = "de" if question.startswith("Wer") else "en"
    hit = paper(text, language=language)
    last = sentences_of(hit)[-1:]
    found = with_issuer(query_of(question, language), last, [hit])
    assert found[-1:] == last
    assert [quote.text.startswith(issuer) for quote in found[:-1]] == ([True] if issuer else [])


def test_fields_of_two_papers_are_set_side_by_side() -> None:
    one = chunk("ENERGY\nCustomer: Ann Lee\nUnits used: 1,480 kWh\n**Amount due:** £461.20\nSee https://e.example")
    other = chunk("ENERGY\nCustomer: Ann Lee\nAmount due: £318.75\nUnits used: 960 kWh\nMeter: 5\nMeter: 6")
    found = [(left.text, right.text) for left, right in same_fields([one], [other])]
    assert found == [
        ("Units used: 1,480 kWh", "Units used: 960 kWh"),
        ("Amount due:** £461.20", "Amount due: £318.75"),
    ]
    left, _ = same_fields([one], [other])[0]
    assert one.text[left.start : left.end] == left.text


def test_what_two_papers_say_alike_or_under_other_names_is_no_field_of_both() -> None:
    one, other = chunk("Customer: Ann Lee\nTotal: £3"), chunk("Customer: Ann Lee\nAmount: £3")
    assert same_fields([one], [other]) == []


@pytest.mark.parametrize(
    ("question", "items", "group"),
    [
        ("Vergleiche die Nebenkostenabrechnungen 2023 und 2024", ("Nebenkostenabrechnungen 2023",
         "Nebenkostenabrechnungen 2024"), ""),
        ("Vergleiche meine Stromrechnungen", (), "Stromrechnungen"),
        ("compare the allotment minutes", (), "allotment minutes"),
    ],
)  # fmt: skip
def test_what_is_compared_is_said_once(question: str, items: tuple[str, ...], group: str) -> None:
    readings = side_by_side(question)
    assert any(one.items == items and one.group == group for one in readings)


@pytest.mark.parametrize(
    ("noun", "is_german", "found"),
    [
        ("contractors", False, []),
        ("Nebenkostenabrechnungen", True, ["nk/nebenkosten-2023.txt"]),
        ("Nebenkostenabrechnungen", False, []),
        # What is in front alone does not say what it is.
        ("Versicherungsnehmer", True, []),
        ("Versicherungspolicen", True, ["versicherung-boot.txt"]),
        ("Kontrakten", True, []),
        ("allotments", False, ["allotment.md"]),
        # A folder's name is that of all that is in it.
        ("workshop", False, []),
    ],
)
def test_papers_of_a_noun_are_called_by_it(noun: str, is_german: bool, found: list[str]) -> None:
    files = ("contract-boat.md", "nk/nebenkosten-2023.txt", "versicherung-boot.txt", "allotment.md", "workshop/saw.md")
    rows = [register_row(source, "") for source in files]
    assert [row.source for row in _of_noun(noun, rows, is_german=is_german)] == found


@pytest.mark.parametrize(
    ("name", "is_document"),
    [("siberia", True), ("russian", True), ("russia", False), ("russia blue", True), ("sibera", True)],
)
def test_half_a_name_is_one_only_as_it_is_written(name: str, *, is_document: bool) -> None:
    """What Russia and Siberia differ in was told of Siberia and of a cat."""
    rows = [register_row("a.md", "Russian Blue"), register_row("b.md", "Siberia")]
    assert (_item(name, rows).row is not None) is is_document
