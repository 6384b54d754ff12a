"""What papers say by a turn of phrase."""

from dataclasses import replace

import pytest
from fakes import PlainWords, asked, chunk

from qa.answering.by_rule.told_by_turn import told_by_turn
from qa.types import Hit

SMALL = "the a is how be may what for of who to my in when and large wie hoch darf die der das sein wer wird bei"
LEASE = "The tenant pays a deposit of £1,335. It may not exceed six weeks' rent. The rent is £890."
BOUND = "The tenant pays a deposit of £1,335. It may not exceed six weeks' rent."
WILL = "My house goes to my daughter Gudrun. I leave the stamps to Rosa. The piano is old. Felix shall have the car."
SATZUNG = "Bei Auflösung fällt das Vermögen an die Gemeinde. Die Kosten dürfen 6.000 Euro nicht übersteigen."


@pytest.mark.parametrize(
    ("question", "text", "language", "told"),
    [
        # The sentence that names it stands in front.
        ("how large may the deposit be", LEASE, "en", BOUND),
        ("what is the maximum deposit", LEASE, "en", BOUND),
        ("how large may the rent be", "The rent is £890.", "en", ""),
        ("who gets the house", WILL, "en", "My house goes to my daughter Gudrun."),
        ("who inherits the stamps", WILL, "en", "I leave the stamps to Rosa."),
        ("who gets the piano", WILL, "en", ""),
        ("who plays the piano", WILL, "en", ""),
        ("wer bekommt das Vermögen", SATZUNG, "de", "Bei Auflösung fällt das Vermögen an die Gemeinde."),
        ("wie hoch dürfen die Kosten höchstens sein", SATZUNG, "de", "Die Kosten dürfen 6.000 Euro nicht übersteigen."),
        # What was is no limit.
        ("how high may the waves be", "In waves of up to 1.68 m we made some landings.", "en", ""),
        # Another language is not judged by words.
        ("who gets the Vermögen", SATZUNG, "de", ""),
    ],
)  # fmt: skip
def test_a_turn_of_phrase_tells_it(question: str, text: str, language: str, told: str) -> None:
    spoken = "en" if question.startswith(("who", "how", "what")) else "de"
    query = asked(question, words=PlainWords(*SMALL.split()), language=spoken)
    hit = Hit(replace(chunk(text), metadata={"language": language}), 0.5, 1, "scores")
    found = told_by_turn(query, [hit], "auto")
    assert (found.quotes[0].text if found else "") == told
