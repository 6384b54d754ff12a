"""What tells what is asked: the words and the form of an answer, so that what is only near it is not taken for one."""

import pytest

from qa.text.relations import relation_asked, tells

# A question, a sentence that tells it, and one of the same subject that does not.
TOLD = [
    ("What rent do we pay for Quay House each month?", "Quay House is let to us for £900 a month.", "Parking is free."),
    ("How high is the rent of the flat?", "The lease costs EUR 700.", "The heating costs EUR 80 a month."),
    ("Wie hoch ist die Miete?", "Die Kaltmiete beträgt 700 Euro.", "Der Stellplatz kostet 30 Euro."),
    ("What is the salary of a shift engineer?", "Engineers earn £41,000.", "Standby: £45 for shift engineers."),
    ("What is the price of a gearbox?", "The gearbox was bought for 6 million lira.", "It is a two-stage gearbox."),
    ("How deep is the sea at Petrel?", "Petrel stands in a water depth of 31 m.", "Cables lie 120 m apart at Petrel."),
    ("How heavy is a blade?", "A blade weighs 38 tonnes.", "A blade is 81 m long."),
    ("How fast was the ship?", "She made 26 knots.", "She is 27.2 m long."),
    ("Which factory made the cable?", "It was manufactured by Korrin in Bergen.", "In September the cable tripped."),
    (
        "Who manufactured the bearings?",
        "The bearings were supplied by Tarn.",
        "Rasmus Fjeld found two bearings spalled.",
    ),
    ("Which bank financed the railway?", "Hope lent the money.", "George Stephenson built it for the railway."),
    ("What is the new code of the gate?", "The code of the gate is 4471.", "The code was changed on 1 November."),
    ("What is the PIN?", "The PIN is 1984.", "The PIN was changed in 2019."),
    ("For how long has she been master?", "She has been master since 2019.", "Built in 2018, she carries 24 people."),
    ("How much did ITV charge for it?", "ITV charged nothing.", "ITV offered it to customers of free-to-air channels."),
    ("How much VAT did Ehrlich charge?", "zzgl. 19 % MwSt 707,18", "Gesamtbetrag: 1.428,00 €"),
    ("Wie viel MwSt steht auf der Rechnung?", "MwSt 19 %: 380,00 €", "Rechnungsbetrag 4.429,18"),
    ("When does the dentist open?", "We are open on Tuesdays.", "Estimate of 12 May 2025"),
    ("When does the dentist open?", "By appointment.", "Missed appointments are charged at £45."),
    ("Wann macht die Praxis zu?", "Sprechzeiten: 8 bis 17 Uhr", "Rechnung vom 28.03.2025"),
    ("At what temperature does work stop?", "Work stops at 42 °C.", "Work stops in a wind of 14 m/s."),
]


@pytest.mark.parametrize(("question", "telling", "near"), TOLD)
def test_only_a_sentence_with_what_is_asked_and_its_word_tells_it(question: str, telling: str, near: str) -> None:
    relation = relation_asked(question)

    assert relation is not None
    assert tells(relation, question, telling)
    assert not tells(relation, question, near)


def test_the_word_may_stand_around_the_answer() -> None:
    relation = relation_asked("What is the rent?")

    assert relation is not None
    assert tells(relation, "What is the rent?", "It is EUR 700 a month.", "The rent is due on the first.")


@pytest.mark.parametrize(
    "question",
    [
        "What happens to the rent after a year?",
        "What is included in the rent?",
        "Which price list applies?",
        "What is the code of conduct?",
        "How high is the risk?",
        "How much did the price of oil increase?",
        "Who made it to stage 3?",
        "Why is the sea deep there?",
        "Who won the prize?",
    ],
)
def test_a_question_that_other_words_may_answer_asks_for_no_relation(question: str) -> None:
    assert relation_asked(question) is None
