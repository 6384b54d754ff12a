import time

import pytest

from qa.text.answer_type import Kind, asked_kind, holds


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When was the bridge opened?", "date"),
        ("In what year did the firm move?", "date"),
        ("Until when can I cancel?", "date"),
        ("Wann wurde die Brücke eröffnet?", "date"),
        ("In welchem Jahr zog die Firma um?", "date"),
        ("Bis wann kann ich kündigen?", "date"),
        ("How many days of leave are there?", "number"),
        ("How far is it to the station?", "number"),
        ("What percentage is paid?", "number"),
        ("What does the ticket cost?", "number"),
        ("Wie viele Tage Urlaub gibt es?", "number"),
        ("Wie hoch ist die Gebühr?", "number"),
        ("Ab welcher Temperatur schaltet sie ab?", "number"),
        ("Who designed the bridge?", "person"),
        ("Whose signature is needed?", "person"),
        ("Wer hat die Brücke entworfen?", "person"),
        ("Wem gehört das Haus?", "person"),
        ("Why was it closed?", "reason"),
        ("Warum wurde sie geschlossen?", "reason"),
        ("Which colour is the door?", ""),
        ("Welche Farbe hat die Tür?", ""),
        ("", ""),
        # Parts of words ask for nothing.
        ("Is whenever a word?", ""),
        ("Is the whole house yellow?", ""),
    ],
)
def test_asked_kind(question: str, kind: Kind) -> None:
    assert asked_kind(question) == kind


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("date", "The bridge opened in 1932."),
        ("date", "It closes in november."),
        ("date", "Am 3.5.2021 zog die Firma um."),
        ("date", "Die Frist endet im März."),
        ("number", "There are 30 days."),
        ("person", "The bridge was designed by Ada Lovelace."),
        ("person", "Entworfen hat sie Änne Groß."),
        ("reason", "It closed because of rust."),
        ("reason", "Sie wurde wegen Rost geschlossen."),
    ],
)
def test_sentence_holds_what_is_asked_for(kind: Kind, sentence: str) -> None:
    assert holds(kind, sentence)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("date", "The bridge has 300 bolts."),
        ("date", "It is article 1865 of the code, section 19321."),
        ("number", "There are many days."),
        ("person", "The bridge is old."),
        ("person", "Grand Central is where it starts, they say."),  # at the start: any words may have capitals
        ("person", "It closed. Grand Central opened."),
        ("reason", "It closed in spring."),
        ("", "Everything 1932 because Ada Lovelace."),
    ],
)
def test_sentence_does_not_hold_it(kind: Kind, sentence: str) -> None:
    assert not holds(kind, sentence)


@pytest.mark.parametrize(
    ("question", "sentence", "is_reason"),
    [
        ("Why did the bolt fail?", "It did not fail because the strike was too strong.", False),
        ("Why did the bolt fail?", "It failed because the strike was too strong.", True),
        # Here it is what did not happen that is asked about, or another thing.
        ("Why did the pump not start?", "The pump did not start because the fuse was blown.", True),
        ("Why doesn't it start?", "It does not start because the fuse is blown.", True),
        ("Why did the bolt not work?", "It did not fail because the strike was too strong.", False),
        (
            "Warum hielt die Pumpe nicht?",
            "Sie ist nicht ausgefallen, weil sie alt war.",
            False,
        ),
        ("Why did the boats not sail?", "They could not leave because of the ice.", True),
        ("Why did the crew not land?", "They could not complete the mission because the storm was too strong.", True),
        ("Why did the pump not switch off?", "It could not stop because the float was stuck.", True),
        ("Why was the trip cancelled?", "Boats could not leave because of the ice.", True),
        ("Warum fiel die Fahrt aus?", "Sie konnten nicht auslaufen, weil Eis lag.", True),
        ("Warum fährt die Bahn nicht?", "Sie fährt nicht wegen der Baustelle.", True),
    ],
)
def test_a_reason_of_what_did_not_happen_is_one_where_that_is_asked(
    question: str, sentence: str, is_reason: bool
) -> None:
    assert holds("reason", sentence, question) is is_reason


def test_long_text_without_a_reason_is_read_in_time() -> None:
    """Each "not" was looked behind to the end of the text: .5 s for 10,000 characters, 2 s for 20,000."""
    started = time.process_time()
    assert not holds("reason", "not a " * 16_000, "Why?")
    assert time.process_time() - started < 3
