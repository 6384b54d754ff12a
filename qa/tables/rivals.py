"""Which of some things that a question names has more: "who paid more, Ann or Ben?". Pure functions."""

from qa.tables.reading import Reading, take
from qa.text.casing import word_set

_MORE = word_set("more higher bigger greater larger mehr höher größer")
_LESS = word_set("less fewer lower smaller weniger niedriger kleiner")
_THAN = word_set("than als")
_WHICH = word_set("who which whose wer wessen welche welcher welches")
_OR = word_set("or oder")
_ARTICLES = word_set("the a an der die das den dem my our meine unsere")


def find_rivals(reading: Reading) -> None:
    """Read "more" beside cells of one column that "or" parts as the most of these, all of which are shown.

    Without a "than": "Which members paid more than 90, Ann or Ben?" asks of each.
    """
    asked, words = reading.asked, reading.words
    if asked.extreme or not words or not _WHICH.intersection(word.low for word in words[:2]):
        return
    values = [word for word in words if word.role == "value"]
    columns = {word.column for word in values}
    said = [word for word in words if word.low not in _ARTICLES]
    choice = next(
        (
            word
            for before, word, after in zip(said, said[1:], said[2:], strict=False)
            if word.low in _OR and before.role == after.role == "value"
        ),
        None,
    )
    if choice is None or len(columns) != 1 or len(values) < 2:
        return
    for at, word in enumerate(words):
        if word.role or word.low not in _MORE | _LESS or (at + 1 < len(words) and words[at + 1].low in _THAN):
            continue
        take(reading, at, at + 1, "arithmetic")
        choice.role = "arithmetic"
        asked.extreme, asked.extreme_at, asked.extreme_word = (
            ("highest" if word.low in _MORE else "lowest"),
            at + 1,
            word.low,
        )
        asked.summed, asked.rivals = True, columns.pop()
        asked.top = len({item.value for item in reading.conditions if item.column == asked.rivals})
        return
