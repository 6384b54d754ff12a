"""Which documents a question names by a word of their title or file's name. Pure functions.

A pool holds the best passages of all documents. Where a question is in another language than the document that it
names, or many twins say the same in better words, it may hold none of that document.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set

from qa.lazy_regex import lazy_regex
from qa.retrieval.rank import name_parts
from qa.store.records import RegisterRow

_WORD = lazy_regex(r"[^\W_]+")
_LONG = 4
# What stands in more titles than this tells no document apart.
_FEW, _SHARE = 5, 0.2


def by_word(rows: Sequence[RegisterRow]) -> Mapping[str, Set[str]]:
    """Return the ids of the documents whose titles or files' names hold each word in lower case."""
    found: dict[str, set[str]] = {}
    for row in rows:
        for word in _WORD.findall(f"{row.title} {name_parts(row.source.rpartition('/')[2])}".lower()):
            found.setdefault(word, set()).add(row.document_id)
    return found


def named_by(text: str, titles: Mapping[str, Set[str]], count: int, is_small: Callable[[str], bool]) -> frozenset[str]:
    """Return the ids of the documents that a question names by words that stand in few titles; none for most questions.

    Args:
        text: The question.
        titles: See `by_word`.
        count: How many documents there are.
        is_small: Tells stop words.
    """
    words = [word for word in dict.fromkeys(_WORD.findall(text.lower())) if word in titles and not is_small(word)]
    telling = [
        titles[word]
        for word in words
        if len(word) >= _LONG and not word.isdecimal() and len(titles[word]) <= min(_FEW, max(1, _SHARE * count))
    ]
    if telling:
        return frozenset(set.union(*map(set, telling)))
    # "Station Road 4": each word stands in many titles, and all of them in one.
    held = Counter(document for word in words for document in titles[word])
    most = max(held.values(), default=0)
    best = frozenset(document for document, shared in held.items() if shared == most)
    return best if most > 1 and len(best) <= _FEW else frozenset()
