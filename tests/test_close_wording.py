"""A word that turns, bounds, shares or orders, where all others are those of the passage."""

import pytest
from test_loosely_worded import said

MILL = """
A trainee may use the press only after 3 months of training. The repair of the roof cost 48,000 euros. A member may
cancel within 14 days. The hall measures 1,350 square metres. The fan turns 2,800 times a minute. Half of the flour goes
to bakers. There are 9 ladders; two of them hang beside the door. A leak of more than 5 litres must be reported. The
press is answered by the owner, Ruth Adler; the foreman orders the grain. Nobody starts the mill before the foreman has
released it. Everyone but the apprentice cleans the yard.
The staff grew from 40 in May to 55 in June. The stones may be lifted only with the crane.
"""
MUEHLE = """
Alle außer dem Lehrling arbeiten am Samstag. Die Kosten stiegen im Mai. Das Heizen stieg von 1.200 Euro im Jahr 2022 auf
1.500 Euro im Jahr 2023.
In der Mühle arbeiten mindestens zwei Personen. Alleinarbeit ist verboten. Die Freigabe erteilt allein der Müller, nicht
aber der Lehrling. Ein Stein darf nur mit dem Kran bewegt werden. Jeder zweite Sack geht nach Holm. Der Lohn wird
innerhalb von 14 Tagen gezahlt. Die Frist galt bis zum 14. Oktober.
"""


@pytest.mark.parametrize(
    "sentence",
    [
        "A trainee may never use the press.",
        "A trainee may use the press within 3 months of training.",
        "The repair of the roof cost less than 48,000 euros.",
        "The repair of the roof cost 48,000 dollars.",
        "A member may cancel after 14 days.",
        "The hall measures 1,350 square feet.",
        "The fan turns 2,800 times a second.",
        "A quarter of the flour goes to bakers.",
        "The stones may be lifted without the crane.",
        "The foreman answers the press.",
        "The apprentice cleans the yard.",
        "The staff was 55 in May.",
    ],
)
def test_false_sentence_that_changes_one_word_is_caught(sentence: str) -> None:
    assert said(sentence, MILL, "en") != ""


@pytest.mark.parametrize(
    "sentence",
    [
        "Before 3 months of training a trainee may not use the press.",
        "The hall measures 1,350 m².",
        "50 percent of the flour goes to bakers.",
        "Seven of the 9 ladders do not hang beside the door.",
        "The mill may be started only after the foreman has released it.",
        "Without the crane the stones may not be lifted.",
        "The press is answered by Ruth Adler.",
        "The apprentice does not clean the yard.",
        "The staff was 40 in May.",
        "Everyone except the apprentice cleans the yard.",
    ],
)
def test_true_sentence_that_turns_twice_or_measures_otherwise_is_not_marked(sentence: str) -> None:
    assert said(sentence, MILL, "en") == ""


@pytest.mark.parametrize(
    ("sentence", "true"),
    [
        ("Weniger als zwei Personen dürfen in der Mühle nicht arbeiten.", True),
        ("In der Mühle arbeiten höchstens zwei Personen.", False),
        ("Der Lehrling arbeitet am Samstag.", False),
        ("Am Samstag arbeitet der Lehrling nicht.", True),
        ("Die Kosten sanken im Mai.", False),
        ("Das Heizen kostete 2022 1.500 Euro.", False),
        ("Das Heizen kostete 2022 1.200 Euro.", True),
        ("Niemand darf in der Mühle allein arbeiten.", True),
        ("Die Freigabe erteilt der Lehrling.", False),
        ("Ohne den Kran darf ein Stein nicht bewegt werden.", True),
        ("Ein Stein darf ohne den Kran bewegt werden.", False),
        ("Der Lohn wird nach 14 Tagen gezahlt.", False),
        ("Vor dem 15. Oktober galt die Frist.", True),
        ("Die Hälfte der Säcke geht nach Holm.", True),
    ],
)
def test_german_sentences_too(sentence: str, *, true: bool) -> None:
    assert (said(sentence, MUEHLE, "de") == "") == true


MILLS = (
    "Holt Mill employs 30 millers and Reed Mill 45. Anna Holt sold flour from 1980 to 1995. Her daughter Carla, born in"
    " 1975, baked bread until 2010. The lease begins on 1 May 2019 and ends on 30 April 2024. The weir was built in"
    " March 2001 and the bridge followed in June. The rent is EUR 2,400 a year. The wheel is cleaned and then greased."
    " Only Carla may open the weir. Sacks and barrels are kept in the loft."
)
MUEHLEN = (
    "Die Pacht läuft vom 1. Mai 2019 bis zum 30. April 2024. Das Wehr wurde im März 2001 gebaut, die Brücke im Juni"
    " 2003. Die Mühle Holt mahlte 1980 Weizen und die Mühle Reed 1995 Roggen."
)


@pytest.mark.parametrize(
    ("true", "false", "passage", "language"),
    [
        ("Reed Mill employs 45 millers.", "Reed Mill employs 30 millers.", MILLS, "en"),
        ("Carla baked bread until 2010.", "Carla baked bread until 1995.", MILLS, "en"),
        ("The lease runs for five years.", "The lease runs for six years.", MILLS, "en"),
        ("The lease lasts about 60 months.", "The lease lasts about 40 months.", MILLS, "en"),
        ("The weir was built before the bridge.", "The bridge was built before the weir.", MILLS, "en"),
        ("The rent is EUR 200 a month.", "The rent is EUR 300 a month.", MILLS, "en"),
        ("The rent is 2,400 euros a year.", "The rent is 2,400 pounds a year.", MILLS, "en"),
        ("The wheel is greased after it is cleaned.", "The wheel is cleaned after it is greased.", MILLS, "en"),
        ("Only Carla may open the weir.", "Only the millers may open the weir.", MILLS, "en"),
        ("Sacks and barrels are kept in the loft.", "Only barrels are kept in the loft.", MILLS, "en"),
        ("Die Pacht läuft über fünf Jahre.", "Die Pacht läuft über sechs Jahre.", MUEHLEN, "de"),
        ("Das Wehr wurde vor der Brücke gebaut.", "Die Brücke wurde vor dem Wehr gebaut.", MUEHLEN, "de"),
        ("Die Mühle Reed mahlte 1995.", "Die Mühle Holt mahlte 1995.", MUEHLEN, "de"),
    ],
)
def test_value_order_and_duration_of_another_are_caught(true: str, false: str, passage: str, language: str) -> None:
    assert said(true, passage, language) == ""
    assert said(false, passage, language) != ""


@pytest.mark.parametrize(
    "passage",
    [
        "The lease began on 0 May 2019 and ended in June 2021.",
        "The lease began on May 1.5th, 2019 and ended on the 1,000th of June 2021.",
        f"The lease began at 10:00, {'9' * 400} hours later than the other in May 2019.",
        f"The lease of May 2019 costs 10 euros, {'million ' * 70}euros more than the one of 3 euros.",
    ],
)
def test_no_day_and_no_number_that_a_passage_may_hold_ends_the_check(passage: str) -> None:
    said("The lease ran for six years from 10:30 and costs 5 euros.", passage, "en")
