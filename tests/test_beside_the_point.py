"""What is of the same subject and answers nothing: what a paper is for, where another one is, no such thing."""

from dataclasses import replace

import pytest
from fakes import PlainWords, asked, chunk

from qa.answering.completing.how_to import with_what_to_do
from qa.answering.completing.value_first import with_value_first
from qa.answering.sentences.quoted_sentences import Quote, is_reference, sentences_of
from qa.answering.taken_back.existence import are_not_of_it
from qa.answering.taken_back.untold import told_beside
from qa.retrieval.query import Query
from qa.text.purpose import asks_of_paper, says_purpose
from qa.text.short_answers import short_answers
from qa.text.wanted import wanted
from qa.types import Hit

SMALL = "the a is are we i it in on of to for with do how who there an any gibt es ein eine wer das".split()  # noqa: SIM905


def hit(text: str, language: str = "en") -> Hit:
    return Hit(replace(chunk(text, title=""), metadata={"language": language}), 0.5, 1, "scores")


def quotes(text: str, language: str = "en", first: int = 0) -> list[Quote]:
    return sentences_of(hit(text, language))[first : first + 1]


def query(question: str, language: str = "en") -> Query:
    return asked(question, words=PlainWords(*SMALL), language=language)


@pytest.mark.parametrize(
    "text",
    [
        "This SOP deals with reporting of accidents and incidents.",
        "The purpose of this procedure is to highlight the requirements.",
        "This plan tells everybody on site what to do.",
        "The following document describes the operation of the lathe.",
        "Diese Betriebsanweisung regelt den Umgang mit der Fräse.",
        "Zweck dieser Ordnung ist die Sicherheit.",
    ],
)
def test_what_a_paper_is_for_is_told_apart(text: str) -> None:
    assert says_purpose(text)


def test_what_a_paper_says_is_not_what_it_is_for() -> None:
    assert not says_purpose("This lamp covers the whole room.")
    assert not says_purpose("The plan is to meet at noon.")
    assert not says_purpose("Dieser Raum gilt als Fluchtweg.")
    assert asks_of_paper("what is the purpose of the SOP") and asks_of_paper("Worum geht es in der Anweisung?")  # noqa: PT018
    assert not asks_of_paper("how do i report an accident")


def test_name_and_address_of_another_paper_say_nothing() -> None:
    assert is_reference("| Guidance on Regulations: | https://www.hse.gov.uk/l29.htm")
    assert is_reference("- `BioLab Rules <biolab-rules.rst>`__")
    assert not is_reference("The form is at https://www.example.org/form.")
    assert not is_reference("Call the officer before noon.")


def test_heading_with_a_line_under_it_is_no_sentence() -> None:
    text = "LBL1 - Reporting of accidents and other incidents =====\n\nAnyone can fill in the form."
    assert [one.text for one in sentences_of(hit(text))] == ["Anyone can fill in the form."]


@pytest.mark.parametrize(
    ("question", "text", "language", "told"),
    [
        (
            "who pays the train for the interview",
            "After the interview all go to lunch. The interview takes place here, with travel expenses covered by us.",
            "en",
            ["The interview takes place here, with travel expenses covered by us."],
        ),
        ("who pays for the dust bag", "The dust bag is emptied each evening. A new tube costs 310 dollars.", "en", []),
        ("who do i call about safety", "The safety rules are handed out to all.", "en", []),
        (
            "who do i call about safety",
            "For safety ask Ann: 0160 555 1234.",
            "en",
            ["For safety ask Ann: 0160 555 1234."],
        ),
        ("who should i call about safety", "Safety, day and night: 112.", "en", ["Safety, day and night: 112."]),
        ("who pays for repairs", "The landlord is liable for repairs.", "en", ["The landlord is liable for repairs."]),
        ("Wer zahlt die Anfahrt?", "Die Anfahrt dauert eine Stunde.", "de", []),
        ("Wer zahlt die Anfahrt?", "Die Anfahrt trägt der Kunde.", "de", ["Die Anfahrt trägt der Kunde."]),
        # Neither a responsibility nor a coat is paid.
        ("Wer trägt die Verantwortung?", "Verantwortlich ist Frau Groß.", "de", ["Verantwortlich ist Frau Groß."]),
        ("Wer trägt die Kosten der Anfahrt?", "Die Anfahrt dauert eine Stunde.", "de", []),
        ("who covers the night shift", "The night shift is Ann's.", "en", ["The night shift is Ann's."]),
        ("who cooks on Sunday", "On Sunday there is soup for all.", "en", ["On Sunday there is soup for all."]),
    ],
)
def test_who_pays_and_whom_to_ask_is_told_by_the_sentence_itself(
    question: str, text: str, language: str, told: list[str]
) -> None:
    assert [one.text for one in told_beside(query(question, language), quotes(text, language), "english")] == told


@pytest.mark.parametrize(
    ("question", "text", "language", "is_other"),
    [
        ("is there a retirement plan with matching", "We have a note on the pension liability to review.", "en", True),
        ("is there a retirement plan with matching", "The retirement plan is open to all of us.", "en", False),
        ("do we have a coffee machine", "Coffee is in the kitchen.", "en", False),
        ("Gibt es eine Garage mit Tor?", "Ein Hof ist vorhanden und wird gekehrt.", "de", True),
        ("what is the retirement plan", "We have a note on the pension liability to review.", "en", False),
    ],
)
def test_something_is_there_where_it_is_named(question: str, text: str, language: str, is_other: bool) -> None:
    assert are_not_of_it(query(question, language), quotes(text, language)) is is_other


def test_what_to_do_stands_behind_what_is_wrong() -> None:
    text = "Once the probe has failed, it blinks red all the time. You can reset it by pressing the key. Keep it dry."
    both = with_what_to_do(query("how do i get the probe out of blinking red"), quotes(text), "english")
    assert [one.text for one in both][1] == "You can reset it by pressing the key."
    assert len(with_what_to_do(query("why does the probe blink"), quotes(text), "english")) == 1
    german = "Bei Fehler 4 steht die Pumpe mit lautem Ton still. Dann muss man sie entlüften."
    both = with_what_to_do(query("Wie kann ich die Pumpe starten?", "de"), quotes(german, "de"), "german")
    assert [one.text for one in both][1] == "Dann muss man sie entlüften."


@pytest.mark.parametrize(
    ("question", "text", "first"),
    [
        (
            "Wie hoch ist die Kaltmiete?",
            "Die Kaution beträgt drei Kaltmieten, also 1.830 Euro. Die Kaltmiete beträgt 610 Euro im Monat.",
            1,
        ),
        ("What is the rent for the flat?", "The deposit is 2 rents. The rent of the flat is £1,140.", 1),
        ("how much is the fee", "The course takes 3 days of the fee. Fee: 80 EUR", 1),
        # The first one states it as well, none does, or it is not asked what its value is.
        ("What is the rent?", "The rent is £900 until March. From then on the rent is £950.", 0),
        ("What is the rent?", "It is paid with the rent on day 3. The deposit is £500.", 0),
        ("Why is the rent so high?", "It rises with 2 indices. The rent is £900.", 0),
        ("What is the rent?", "It is £900 for each of us. The car-rent is £40.", 0),
        ("What is the rent in 2024?", "In 2024 there is a deposit. In 2024: The rent was £950.", 1),
        ("What is the rent?", "From March on, the rent is £950. The rent is £900.", 0),
        # It is the value of another one, or of another year.
        ("What is the rent for the parking space?", "The parking space costs 60 euros. The rent is 900 euros.", 0),
        ("What was the rent in 2023?", "In 2023 we paid 880 euros. The rent was 900 euros.", 0),
        ("What is the fee for members?", "Members pay 5 euros. The fee for guests is 9 euros.", 0),
        ("What is the fee?", "Members pay 5 euros. The fee for guests is 9 euros.", 0),
        ("What is the rent?", "We pay 900 euros. The parking rent is 60 euros.", 0),
        ("What is the yearly rent?", "It is 10,800 euros a year. The rent is 900 euros a month.", 0),
        # What stands behind the verb is no amount, or none is asked for.
        ("What is the deposit?", "Deposit 1,800 euros. The deposit is returned within 30 days.", 0),
        ("What is the address?", "She lives in Mill Lane. The address is valid until 2024.", 0),
        ("What is the address?", "She lives in Mill Lane. The address is 14 Low Road.", 0),
        ("Wie hoch ist die Miete für die Garage?", "Für die Garage 60 Euro. Die Miete beträgt 900 Euro.", 0),
    ],
)
def test_sentence_that_states_the_value_stands_first(question: str, text: str, first: int) -> None:
    both = sentences_of(hit(text))
    assert len(both) == 2
    assert with_value_first(query(question), both)[0] == both[first]


@pytest.mark.parametrize(
    "question", ["boiler shows F22 what do i do", "It shows F22, what can I do?", "F22. What now?"]
)
def test_what_to_do_is_asked_behind_what_is_wrong_too(question: str) -> None:
    text = "If the display shows F22, the pressure is low. Open the loop until it shows 1.2 bar, then close it."
    told = with_what_to_do(query(question), quotes(text), "english")
    assert [one.text for one in told] == [one.text for one in sentences_of(hit(text))]
    [only] = with_what_to_do(query("what does the boiler show"), quotes(text), "english")
    assert only.text.startswith("If the display")
    german = "Bei Fehler F22 ist der Druck des Kessels zu klein. Dann muss man ihn füllen."
    told = with_what_to_do(query("Der Kessel zeigt F22, was tun?", "de"), quotes(german, "de"), "german")
    assert [one.text for one in told] == [one.text for one in sentences_of(hit(german))]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # "Kitchen" and "garden" end like a German infinitive, and say nothing of what to do.
        ("The probe hangs in the kitchen. Then you can reset it with the key.", True),
        ("The probe blinks red on a fault. It hangs in the garden.", False),
        ("The probe is seldom broken. It is read by the men.", False),
    ],
)
def test_english_word_that_ends_like_an_infinitive_tells_nothing_to_do(text: str, told: bool) -> None:
    both = with_what_to_do(query("how do i reset the probe"), quotes(text), "english")
    assert [one.text for one in both] == [one.text for one in sentences_of(hit(text))][: 1 + told]


def test_german_infinitive_tells_what_to_do() -> None:
    text = "Bei Fehler 4 steht die Pumpe still. Dann den Deckel abnehmen."
    for language in ("de", ""):
        both = with_what_to_do(query("Wie kann ich die Pumpe starten?", "de"), quotes(text, language), "german")
        assert [one.text for one in both][1:] == ["Dann den Deckel abnehmen."]


def test_what_to_do_takes_the_place_of_no_other_quotation() -> None:
    text = "Once the probe fails, it blinks red. You can reset it by pressing the key."
    others = sentences_of(hit("The probe is red. The probe is round."))
    both = with_what_to_do(query("how do i get the probe out of blinking red"), [*quotes(text), *others], "english")
    assert [one.text for one in both] == [
        "Once the probe fails, it blinks red.",
        "You can reset it by pressing the key.",
        "The probe is red.",
        "The probe is round.",
    ]


@pytest.mark.parametrize(
    "question", ["How big is the room?", "How large is the workshop?", "Wie groß ist der Werkraum?"]
)
def test_no_time_tells_how_large_a_thing_is(question: str) -> None:
    want = wanted(question)
    assert want is not None
    assert short_answers(want, "Sie bekommen ihn für zwei Jahre, it is yours for 2 years.") == []
    assert short_answers(want, "It has 40 m².")
