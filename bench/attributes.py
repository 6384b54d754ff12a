"""Questions that ask of a thing in a document what the document does not say of it, for bench/refusal.py.

People ask so: the thing is there, and the telephone number, the price or the deposit is not. Which of them a document
does not say is told by its words.
"""

import random
import re
from collections.abc import Sequence

from qa.types import Chunk

# A question with a place for a name, and the words that a passage would say it with.
ENGLISH = (
    ("What is {}'s telephone number?", "phone"),
    ("How heavy is {}?", "weigh|heavy|mass"),
    ("What does {} cost?", "cost|price"),
    ("What is the deposit for {}?", "deposit"),
    ("Who insured {}?", "insur"),
    ("What is the e-mail address of {}?", "@|mail"),
    ("How many employees does {} have?", "employ"),
    ("What is the annual fee for {}?", "fee"),
    ("How long is the warranty of {}?", "warrant|guarant"),
    ("Which company supplied {}?", "suppl"),
    ("When does the licence of {} expire?", "licen|expir"),
    ("How deep is {}?", "deep|depth"),
    ("What was the turnover of {} in 2019?", "turnover|revenue|sales"),
    ("Who audited {}?", "audit"),
    ("How fast is {}?", "fast|speed"),
    ("What temperature does {} need?", "temperat"),
    ("What percentage of {} is recycled?", "recycl"),
    ("Who owns {}?", "own"),
    ("What is the room number of {}?", "room"),
    ("How many litres does {} hold?", "lit(?:re|er)"),
)
GERMAN = (
    ("Wie lautet die Telefonnummer von {}?", "telefon"),
    ("Wie schwer ist {}?", "schwer|gewicht|wiegt"),
    ("Was kostet {}?", "kost|preis"),
    ("Wie hoch ist die Kaution für {}?", "kaution"),
    ("Wer hat {} versichert?", "versicher"),
    ("Wie viele Mitarbeiter hat {}?", "mitarbeiter|beschäftig"),
    ("Wie lange gilt die Garantie von {}?", "garantie"),
    ("Welche Firma lieferte {}?", "liefer"),
    ("Wie tief ist {}?", "tief"),
    ("Wie schnell ist {}?", "schnell|geschwind"),
    ("Wer prüft {}?", "prüf"),
    ("Wie hoch war der Umsatz von {} im Jahr 2019?", "umsatz"),
    ("Wann läuft die Lizenz von {} ab?", "lizenz"),
)
_NAME = re.compile(r"(?<=[a-zäöüß,] )(?:[A-ZÄÖÜ][\w-]+ )+[A-ZÄÖÜ][\w-]+")
_LONGEST_NAME = 40


def attribute_questions(chunks: Sequence[Chunk], count: int, *, german: bool) -> list[str]:
    """Return at most so many questions, each about a name in another chunk, drawn with a fixed seed."""
    chance = random.Random(11)
    shuffled = list(chunks)
    chance.shuffle(shuffled)
    asked: list[str] = []
    asks, at = (GERMAN if german else ENGLISH), 0
    for chunk in shuffled:
        names = [name for name in _NAME.findall(chunk.text) if len(name) < _LONGEST_NAME]
        if not names or len(asked) >= count:
            continue
        name = chance.choice(names)
        question, said = asks[at % len(asks)]
        at += 1
        if not re.search(rf"\b(?:{said})", chunk.text, re.IGNORECASE):
            asked.append(question.format(name))
    return asked
