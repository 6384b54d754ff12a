"""What is quoted is of the thing that is asked about: the rule that names it, the value of now, no other machine's."""

from dataclasses import replace
from datetime import date

import pytest
from conftest import run
from fakes import FakeDense, PlainWords, asked, hit
from test_asked_thing import paper

from qa.answering.by_rule.superseded import superseding
from qa.answering.completing.next_time import with_next
from qa.answering.completing.permission import with_rule
from qa.answering.quoting.direct import direct_answer
from qa.answering.quoting.quote import best_quotes
from qa.answering.quoting.quote_score import Wording
from qa.answering.sentences.quoted_sentences import Quote, sentences_of
from qa.answering.sentences.told_whole import is_told_whole
from qa.answering.taken_back.untold import are_of_another_thing, has_no_price, has_no_rule
from qa.retrieval.query import Query
from qa.types import Hit

STOP_WORDS = """the is a an of it and to was in on by what when who how much many did does do at for from i you wie ist
der die das im in ein eine einen darf wird vom auf den we can""".split()  # noqa: SIM905


def query_of(question: str, language: str = "en") -> Query:
    return asked(question, words=PlainWords(*STOP_WORDS), language=language)


def quotes_of(question: str, hits: list[Hit], language: str = "en") -> tuple[Query, list[Quote]]:
    found: list[tuple[Query, list[Quote]]] = []

    async def main() -> None:
        embedder = FakeDense()
        query = replace(query_of(question, language), vector=await embedder.embed_query(question))
        found.append((query, await best_quotes(query, hits, embed=embedder.embed_sentences)))

    run(main)
    return found[0]


@pytest.mark.parametrize(
    ("question", "first", "later", "is_changed"),
    [
        ("How much is the monthly payment?", "Monthly payment: £186.20, from 1 May 2024",
         "Your monthly payment is now £183.10 instead of £186.20.", True),
        ("What is the interest of the loan?", "Interest of the loan: 6.4 % a year",
         "The interest of the loan falls from 6.4 % to 5.9 % a year.", True),
        ("How much does the station get?", "The sum of £3,000 goes to the station.",
         "In place of £3,000 the station shall receive £5,000.", True),
        ("Wie hoch ist der Beitrag?", "Der Beitrag beträgt 120,00 € im Jahr.",
         "Der Beitrag beträgt nun 138,00 € statt bisher 120,00 €.", True),
        # Another value was changed.
        ("How much is the monthly payment?", "Monthly payment: £186.20, from 1 May 2024",
         "The monthly payment of Omar is now £90 instead of £80.", False),
        # A question that names its time asks how it was then.
        ("What was the interest of the loan in 2024?", "Interest of the loan: 6.4 % a year",
         "The interest of the loan falls from 6.4 % to 5.9 % a year.", False),
        # A price tells nothing of a day.
        ("Until when is the quote valid?", "The quote of £5,800 is valid until 30 April 2025.",
         "The price of the quote is now £6,350 instead of £5,800.", False),
        # Nothing takes its place.
        ("How much is the monthly payment?", "Monthly payment: £186.20, from 1 May 2024",
         "A monthly payment card comes instead of £186.20.", False),
    ],
)  # fmt: skip
def test_a_value_in_place_of_the_quoted_one_is_quoted(question: str, first: str, later: str, is_changed: bool) -> None:
    hits = [hit(first, title="One"), hit(later, title="Other")]
    language = "de" if question.startswith("Wie") else "en"
    query, _ = quotes_of(question, hits, language)
    chunk = hits[0].chunk
    changed = superseding(query, [Quote(hits[0], chunk.start, chunk.end, first, 1.0)], hits, "english")
    assert (changed is not None and changed.text == later) is is_changed


@pytest.mark.parametrize(
    ("question", "passage", "first", "wanted"),
    [
        ("darf ich einen hund halten", "Hunde sind nicht gestattet. Hamster darf der Mieter ohne Erlaubnis halten.",
         "Hamster darf der Mieter ohne Erlaubnis halten.", "Hunde sind nicht gestattet."),
        ("can we smoke in the cottage", "Up to two dogs are welcome in the cottage. No smoking indoors.",
         "Up to two dogs are welcome in the cottage.", "No smoking indoors."),
        ("darf ich einen hamster halten", "Hunde sind nicht gestattet. Hamster darf der Mieter ohne Erlaubnis halten.",
         "Hamster darf der Mieter ohne Erlaubnis halten.", "Hamster darf der Mieter ohne Erlaubnis halten."),
        # A word of three letters has a plural too, and consent that is needed is a rule.
        ("may we smoke or keep a dog here", "Small animals may be kept. A dog needs the written consent of the owner.",
         "Small animals may be kept.", "A dog needs the written consent of the owner."),
        ("may I bring my dog", "Dogs are not allowed here. You may bring a cake.", "You may bring a cake.",
         "Dogs are not allowed here."),
        # A day in May gives no leave.
        ("can kids take phones on the trip", "Mobile phones stay at home. The trip takes place on 22 May 2025.",
         "Mobile phones stay at home.", "Mobile phones stay at home."),
        # It asks for no rule.
        ("who keeps a dog", "Dogs are not allowed. Ann keeps a cat.", "Ann keeps a cat.", "Ann keeps a cat."),
    ],
)  # fmt: skip
def test_the_rule_that_names_what_is_asked_stands_in_front(
    question: str, passage: str, first: str, wanted: str
) -> None:
    found = hit(passage)
    start = found.chunk.start + passage.index(first)
    language = "de" if question.startswith("darf") else "en"
    quotes = with_rule(
        query_of(question, language), [Quote(found, start, start + len(first), first, 1.0)], [found], "english"
    )
    assert quotes[0].text == wanted
    assert quotes[0].text == passage[quotes[0].start - found.chunk.start : quotes[0].end - found.chunk.start]


@pytest.mark.parametrize(
    ("question", "first", "other", "is_other"),
    [
        ("may i bring my dog", "You may bring a cake.", "Dogs are not allowed in the hall.", True),
        ("may i bring a cake", "You may bring a cake.", "Cakes are not allowed in the hall.", False),
        ("may i bring my dog", "You may bring a dog.", "Dogs are not allowed in the hall.", False),
    ],
)
def test_the_rule_of_another_paper_stands_in_front_where_the_first_names_no_such_thing(
    question: str, first: str, other: str, is_other: bool
) -> None:
    hits = [hit(first, title="A mail"), hit(other, title="Rules")]
    quoted = [Quote(hits[0], hits[0].chunk.start, hits[0].chunk.end, first, 1.0)]
    found = with_rule(query_of(question, "en"), quoted, hits, "english")
    assert [one.text for one in found] == [other if is_other else first]


@pytest.mark.parametrize(
    ("today", "wanted"),
    [
        (date(2026, 3, 20), "Next meeting: 17 September 2026, 19:00."),
        (date(2026, 12, 1), "Next meeting: 10 December 2026, 19:00."),
        (date(2027, 1, 5), "Next meeting: 10 December 2026, 19:00."),
    ],
)
def test_when_something_is_next_is_told_by_the_sentence_that_says_so(today: date, wanted: str) -> None:
    hits = [
        hit("Minutes of the board meeting, 17 September 2026. Next meeting: 10 December 2026, 19:00."),
        hit("Minutes of the board meeting, 12 March 2026. Next meeting: 17 September 2026, 19:00."),
        hit("The next choir meeting is on 2 December 2026."),
    ]
    first = "Minutes of the board meeting, 17 September 2026."
    quoted = [Quote(hits[0], hits[0].chunk.start, hits[0].chunk.start + len(first), first, 1.0)]
    query = query_of("when is the next board meeting", "en")
    # What was quoted stays behind it.
    assert [one.text for one in with_next(query, quoted, hits, "english", today=today)] == [wanted, first]
    other = query_of("when was the board meeting", "en")
    assert with_next(other, quoted, hits, "english", today=today) == quoted


@pytest.mark.parametrize(
    ("question", "first", "other", "is_told"),
    [
        ("When is the next bin collection?", "Bin collection: Fridays.", "Next bin collection: 4 May 2026.", True),
        ("When is our next meeting?", "Meetings are on Fridays.", "The next meeting is held on 4 May 2026.", True),
        ("Wann ist die nächste Sitzung?", "Sitzung am Freitag.", "Nächste Sitzung: 4. Mai 2026", True),
        ("When is the next payment?", "Payments are due on Fridays.", "Next payment Monday, 4 May 2026.", True),
        # Another thing is next.
        ("When is the next payment?", "Payments are due on Fridays.",
         "Next payment reminder: 4 May 2026.", False),
        ("When is the next bin collection?", "Bin collection: Fridays.",
         "Next meeting about the bin collection: 4 May 2026.", False),
        ("When is the next board meeting?", "Board meeting: Fridays.",
         "The board names the day. Next choir meeting: 4 May 2026.", False),
        # It is not asked when something is next.
        ("When is the rent due next month?", "The rent is due on the third.",
         "Month of the rent due: next rent review 4 May 2026.", False),
        ("When must I pay before the next inspection?", "Pay a week before the inspection.",
         "Pay it. Next inspection: 4 May 2026.", False),
        ("When must they pay before their next inspection?", "They pay a week before the inspection.",
         "They pay it. Next inspection: 4 May 2026.", False),
        ("Wann muss ich vor der nächsten Sitzung zahlen?", "Zahlen Sie am Freitag vor der Sitzung.",
         "Sie zahlen bar. Nächste Sitzung: 4. Mai 2026", False),
    ],
)  # fmt: skip
def test_next_is_what_is_asked_for(question: str, first: str, other: str, is_told: bool) -> None:
    hits = [hit(first), hit(other)]
    quoted = [Quote(hits[0], hits[0].chunk.start, hits[0].chunk.end, first, 1.0)]
    language = "de" if question.startswith("Wann") else "en"
    found = with_next(query_of(question, language), quoted, hits, "auto", today=date(2026, 3, 1))
    assert [one.text for one in found] == ([other, first] if is_told else [first])


def test_no_rule_stands_in_front_for_naming_what_the_paper_is_about() -> None:
    smoke, dog = "Smoking is not allowed in the garden flat.", "The tenant may keep a dog with consent."
    found = hit(f"{smoke} {dog}", title="Garden flat")
    start = found.chunk.start + len(smoke) + 1
    quoted = [Quote(found, start, start + len(dog), dog, 1.0)]
    asked = query_of("may I keep a dog in the garden flat", "en")
    assert [one.text for one in with_rule(asked, quoted, [found], "english")] == [dog]


@pytest.mark.parametrize(
    ("question", "title", "text", "is_other"),
    [
        ("how much does the dentist cost", "Power", "Cost: £2,273.40", True),
        ("how much does the dentist cost", "Dentist", "Total: £950", False),
        ("what did the plumber charge", "Mayhew Plumbing", "Total due: £890.00", False),
        ("what did the roof of the cottage cost", "Cottage rules", "Firewood costs £6 a basket.", True),
        ("how long is the guarantee for the fridge", "Oven F7", "Guarantee: five years", True),
        ("how long is the guarantee for the oven", "Oven F7", "Guarantee: five years", False),
        ("dishwasher error e02", "Washing machine", "E02: The door is not closed.", True),
        ("oven error f9", "Oven F7", "F9: The door lock is stuck.", False),
        ("what does e05 mean", "Washing machine", "E05: The water does not drain.", False),
    ],
)
def test_nothing_of_another_thing_is_quoted(question: str, title: str, text: str, is_other: bool) -> None:
    found = hit(text, title=title)
    quotes = [Quote(found, found.chunk.start, found.chunk.end, text, 1.0)]
    assert are_of_another_thing(query_of(question), quotes, [found]) is is_other


@pytest.mark.parametrize(
    ("question", "sentence", "wanted"),
    [
        ("How many miles does the van have?", "Next service of the van: at 90,000 miles", None),
        (
            "At how many miles is the next service of the van?",
            "Next service of the van: at 90,000 miles",
            "90,000 miles",
        ),
        ("When is the kitchen fitted?", "Kitchen fitted in oak. Valid until 30 April 2025.", None),
        ("Until when is the kitchen valid?", "The kitchen is valid until 30 April 2025.", "30 April 2025"),
    ],
)
def test_what_comes_next_or_ends_an_offer_is_not_in_front(question: str, sentence: str, wanted: str | None) -> None:
    given = direct_answer(query_of(question), sentence, language="en", above="")
    assert (given.text if given else None) == wanted


def test_who_somebody_is_is_not_told_by_a_letter_that_he_signs() -> None:
    letter = hit("Your payment arrived on Monday, Jana Brandt. We are sorry. Neil Mayhew and Ann Hill")
    assert not is_told_whole(query_of("who is neil mayhew"), [letter], "english")


@pytest.mark.parametrize(
    ("question", "is_told"),
    [
        ("Who is the HSE manager of the site?", True),
        ("Who is the site manager?", False),
    ],
)
def test_all_words_of_an_office_stand_in_one_sentence(question: str, is_told: bool) -> None:
    plan = hit("This plan is for everybody on site.\n\nThe HSE manager is Ann Hill.")
    assert is_told_whole(query_of(question), [plan], "english") is is_told


@pytest.mark.parametrize(
    ("question", "passage", "language", "is_told"),
    [
        ("Wie hoch ist die Kaution?", "Die Mieterin zahlt eine Kaution von 2.535,00 Euro in Raten.", "de", True),
        ("Wann ist der Elternabend?", "Elternabend der Klasse 3b: 12. Juni 2024, 18:30 Uhr", "de", True),
        ("How much is the deposit?", "The deposit is £400.", "en", True),
        # Neither another thing's amount nor a sentence of it without one.
        ("How much is the deposit?", "The deposit is held by an agent. The rent is £400.", "en", False),
        ("Wann ist der Elternabend?", "Der Elternabend fällt aus. Am 12. Juni 2024 ist Markt.", "de", False),
        ("Wie hoch ist das Guthaben?", "Die Abrechnung ergibt ein Guthaben von 63,18 Euro.", "de", True),
        ("Was kostet das?", "Die Reinigung kostet 85 Euro.", "de", False),
        # "It" may be anything.
        ("How much does it cost?", "The cleaning costs £85.", "en", False),
    ],
)  # fmt: skip
def test_form_that_is_asked_for_stands_beside_the_one_word_of_a_question(
    question: str, passage: str, language: str, is_told: bool
) -> None:
    assert is_told_whole(query_of(question, language), [hit(passage)], "auto") is is_told


def test_question_that_was_mended_is_told_whole() -> None:
    passage = hit("# Wärmepumpe\n\nDie Garantie beträgt fünf Jahre.")
    question = "Wie lange ist die Garantei der Wärmepumpe?"
    assert not is_told_whole(query_of(question, "de"), [passage], "auto")
    meant = query_of(question.replace("Garantei", "Garantie"), "de")
    mended = replace(meant, text=question, question=question, taken=(("Garantei", "Garantie"),))
    assert is_told_whole(mended, [passage], "auto")


def test_line_is_called_what_is_asked_only_where_its_paper_says_the_rest() -> None:
    query = query_of("Who was present in the ward?")
    own, other = (
        sentences_of(paper(f"The {place} is in Lund.\n\nPresent: the King, Count Horn"))[-1]
        for place in ("ward", "hall")
    )
    assert Wording(query).score(own, "") > Wording(query).score(other, "") + 0.3


@pytest.mark.parametrize(
    ("question", "text", "has_none"),
    [
        ("How much is the bus to the airport?", "The bus AB1 goes to the airport from platform 12.", True),
        ("How much is the bus to the airport?", "The bus to the airport is £4.", False),
        ("How much is the bus to the airport?", "The bus to the airport is free for children.", False),
        ("How much is the plumber?", "Plumber 181,00", False),
        ("Was kostet der Bus?", "Der Bus fährt alle 10 Minuten.", True),
        # It may ask of what is left.
        ("When is the bus?", "The bus goes at noon.", False),
    ],
)
def test_passage_without_a_sum_tells_no_price(question: str, text: str, has_none: bool) -> None:
    language = "de" if question.startswith("Was") else "en"
    one = hit(text)
    quote = Quote(one, one.chunk.start, one.chunk.end, text, 1.0)
    assert has_no_price(query_of(question, language), [quote]) is has_none


@pytest.mark.parametrize(
    ("question", "text", "has_none"),
    [
        ("Is smoking allowed on the ships?", "The heater smoked and was replaced on all ships.", True),
        ("Is smoking allowed on the ships?", "Crews may smoke on deck.", False),
        ("May I smoke here?", "Smoking is left to those who do not sleep here.", False),
        ("Are drones allowed on the farm?", "The permit of the farm is of 2019.", True),
        # A lease is called so, and rules nothing by that.
        ("Are dogs allowed at Harbour Row 7?", "TENANCY AGREEMENT\nThe rent is due on the fifth.", True),
        ("Are dogs allowed at Harbour Row 7?", "Dogs with written agreement.", False),
        ("Darf ich hier rauchen?", "Der Rauch zog bis in den Keller.", True),
        ("Darf ich hier rauchen?", "Rauchen ist im Haus untersagt.", False),
        # Whether one is able to is told by no rule.
        ("Can I go there by bus?", "The bus 12 goes there.", False),
    ],
)
def test_what_is_no_rule_does_not_tell_whether_something_is_allowed(question: str, text: str, has_none: bool) -> None:
    one = hit(text)
    quote = Quote(one, one.chunk.start, one.chunk.end, text, 1.0)
    assert has_no_rule(query_of(question, "de" if question.startswith("Darf") else "en"), [quote]) is has_none


def test_beginning_of_a_list_is_part_of_what_it_names() -> None:
    text = "No rule holds here.\n\nTell us, we ask you, if you:\n\n* see somebody sleep in the hall"
    one = hit(text)
    quotes = [Quote(one, text.index("see"), len(text), "see somebody sleep in the hall", 1.0)]
    assert not has_no_rule(query_of("May I sleep in the hall?"), quotes)
    assert has_no_rule(
        query_of("May I sleep in the hall?"), [replace(quotes[0], hit=hit("No rule. It is so:" + text[60:]))]
    )
