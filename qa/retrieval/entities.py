"""What a question names. Pure functions.

What is a name is told by the documents, since questions are typed in small letters and German nouns all have capitals:
a word that they write with a capital within a sentence, or beside another capital or a number.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import pairwise
from typing import Literal

from qa.lazy_regex import lazy_regex
from qa.retrieval.by_use import NUMBER, SIGN, begins, is_capital, is_cased, names_by_use
from qa.retrieval.query import Query
from qa.text import amounts
from qa.text.names import Name, stem_of
from qa.text.numerals import plain_digits
from qa.text.values import Values

_TOKEN = lazy_regex(r"\w+(?:[-./]\w+)*")
_POSSESSIVE = lazy_regex(r"['’]s\b")
_WORD = lazy_regex(r"\w+")
_NUMBER_SIGN = lazy_regex(rf"(?:no|nr|num|número|numéro|nº|n°)\.?|#|{SIGN}", re.IGNORECASE)
_YEAR = lazy_regex(r"(?:1[5-9]|20)\d\d")
_YEARS = lazy_regex(r"(?:1[5-9]|20)\d\d(?:[/–-](?:\d\d|(?:1[5-9]|20)\d\d))?")
# A number of an invoice or a version, and no amount.
_UNIT = lazy_regex(amounts.UNITS, re.IGNORECASE)
_NUMBERED = lazy_regex(r"\d+(?:[-/]\d+)+|\d+(?:\.\d+)+")
_SHORTEST = 3
_FEW = 3
LETTERS = lazy_regex(r"[^\W\d_]{3,}")
_LIKE = 0.8
TITLES = frozenset("mr mrs ms miss dr prof herr herrn frau familie firma monsieur madame mme señor señora".split())  # noqa: SIM905
# Words that may stand within a name: "rue des Lilas", "Bank of England".
_WITHIN = frozenset(
    "of the de la le les des du del der den dem and und et y am an im von van da do di l d "  # noqa: SIM905
    "dei della delle dell degli e dos das het en ten ter i na nad w we и на в".split()
)
# "15 rue des Lilas", "14 Mill Lane": what may stand between a number and the name behind it.
_BETWEEN = 3
_AND = frozenset(("and", "und", "et", "y", "e", "en", "i", "и"))
_ENDINGS = r"(?:['’]?s|es|n|en|e)?"
# They mean what was asked about before.
_POINTERS = frozenset(
    "it its they their them he him his she her er ihm ihn sie ihr ihre ihren ihrer ihrem seine seiner seinen "  # noqa: SIM905
    "seinem il elle son sa ses leur su sus lui lei loro suo sua suoi ele ela eles elas seu seus jego jej "
    "он она они его её их".split()
)
# What names another person or place takes the place of the one before.
_KIND_ALIKE = {"phrase": "name"}
Kind = Literal["numbered", "phrase", "name", "value"]


@dataclass(frozen=True)
class Entity:
    """One thing that a question names.

    Attributes:
        text: Its name as it stands in the question.
        kind: A name with a number, of several words, of one, or a code, number or day.
        name: How it is told whether a text holds it, where a name of the question says so.
        is_capital: Whether the question writes it with a capital.
    """

    text: str
    kind: Kind
    name: Name | None = None
    is_capital: bool = False

    @cached_property
    def _words(self) -> tuple[str, ...]:
        return tuple(_words(self.text))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        words = [re.escape(word) + _ENDINGS for word in self._words]
        return re.compile(r"(?<!\w)" + r"\W{1,3}(?:\w{1,3}\W{1,3})?".join(words) + r"(?!\w)")

    def stands_in(self, text: Values) -> bool:
        """Tell whether a text holds it."""
        if self.name:
            return self.name.stands_in(text)
        # Most texts lack a word of it, which costs a tenth of searching for the pattern.
        return all(word in text.folded for word in self._words) and bool(self._pattern.search(text.folded))

    def names_another(self, text: Values) -> bool:
        """Tell whether a text holds the name of a numbered thing with another number."""
        return self.kind == "numbered" and bool(self._others.search(text.folded)) and not self.stands_in(text)

    @cached_property
    def _others(self) -> re.Pattern[str]:
        *words, _number = self.text.casefold().split()
        *first, last = words
        last = stem_of(last) if self.name and self.name.is_declined else re.escape(last)
        name, number = r"\W{1,3}".join([*map(re.escape, first), last]), r"\d{1,4}[a-z]?"
        if not is_cased(words[-1]):
            # "青葉荘203号室"
            return re.compile(rf"{name}\s?(?:{SIGN} ?)?\d{{1,4}}(?!\d)")
        return re.compile(rf"(?<!\w)(?:{name}\W{{1,3}}(?:{SIGN} ?)?{number}|{number}\W{{1,3}}{name})(?!\w)")

    def others_in(self, texts: Iterable[Values]) -> list[str]:
        """Return the names of the same with other numbers that stand in texts, as they stand there."""
        if self.kind != "numbered":
            return []
        found: dict[str, str] = {}
        for text in texts:
            for match in self._others.finditer(text.text.lower()):
                said = " ".join(text.text[slice(*match.span())].split())
                if not self.stands_in(Values(said)):
                    found.setdefault(said.casefold(), said)
        return list(found.values())

    @property
    def is_sure(self) -> bool:
        """Whether it is one thing beyond doubt."""
        if self.kind in ("numbered", "phrase"):
            return True
        if self.name is None:
            return False
        return self.name.kind == "code" or (self.name.kind == "number" and bool(_NUMBERED.fullmatch(self.text)))


def entities(query: Query, texts: Sequence[tuple[str, str]], is_small: Callable[[str], bool]) -> list[Entity]:
    """Return what a question names.

    Args:
        query: The question.
        texts: Of what was found, with the codes of their languages.
        is_small: Tells stop words.
    """
    own = _named(query, query.asked, texts, is_small)
    if query.asked == query.text:
        return own
    front = _named(query, query.text.removesuffix(query.asked), texts, is_small)
    if _POINTERS & set(_words(query.asked)):
        return [*own, *front]
    # "And at Dock Street 3?": what was asked about before is another thing of the kind.
    kinds = {_KIND_ALIKE.get(item.kind, item.kind) for item in own}
    return [*own, *(item for item in front if _KIND_ALIKE.get(item.kind, item.kind) not in kinds)]


def _named(query: Query, text: str, texts: Sequence[tuple[str, str]], is_small: Callable[[str], bool]) -> list[Entity]:
    question = plain_digits(_POSSESSIVE.sub("", text))
    for typed, meant in query.taken:
        question = question.replace(typed, meant)
    # Of a year there are many reports, and what each says of others.
    times = {word for name in query.names if is_time(name) for word in name.text.casefold().split()}
    tokens = list(_TOKEN.finditer(question))
    words = {token[0].lower() for token in tokens}
    wanted = {word for word in words if len(word) >= _SHORTEST and not word[0].isdecimal() and not is_small(word)}
    use = names_by_use(wanted, texts, is_small)
    lows = [token[0].lower() for token in tokens]
    shown = use.names | {word for pair in pairwise(lows) if pair in use.pairs for word in pair}
    found: list[Entity] = []
    run: list[re.Match[str]] = []
    for token in [*tokens, None]:
        is_name = token is not None and token[0].casefold() not in times
        if token and is_name and _belongs(token, run, question, shown, query.names):
            run.append(token)
            continue
        found += _of_run(_trimmed(run, shown, query.names), query.names)
        run = [token] if token and is_name and _belongs(token, [], question, shown, query.names) else []
    taken = " ".join(item.text.casefold() for item in found)
    found += [
        Entity(name.text, _kind_of(name), name, is_capital=True)
        for name in query.names
        if not is_time(name) and name.text.casefold() not in taken and _bare(name.text) in _bare(question)
    ]
    return list({(item.text.casefold(), item.kind): item for item in found}.values())


def _kind_of(name: Name) -> Kind:
    """Return what a name is that documents write otherwise, or in a script without capitals."""
    if name.kind == "numbered" and (name.is_declined or not is_cased(name.text.split()[0])):
        return "numbered"
    return "value" if name.is_code else "name"


def _bare(text: str) -> str:
    return "".join(text.casefold().split())


def is_time(name: Name) -> bool:
    """Tell whether a name is a day, a month, a year or a span of years."""
    return name.kind == "day" or bool(_YEARS.fullmatch(name.text))


def unknown_name(
    query: Query, texts: Iterable[str], is_small: Callable[[str], bool], is_unknown: Callable[[str], bool]
) -> str:
    """Return a name of several words in a question of which the index lacks one, "" for none.

    One word alone may be a common one, or be written otherwise: "Celeron" where the documents have "Céloron".
    """
    question = _POSSESSIVE.sub("", query.text)
    tokens = list(_TOKEN.finditer(question))
    if _is_titled(tokens, is_small):
        return ""
    held: set[str] | None = None
    for run in _capital_runs(question, tokens, is_small):
        before = question[: run[0].start()].split()
        after_title = bool(before) and before[-1].strip(".").casefold() in TITLES
        lacked = [match[0] for match in run if is_unknown(match[0].lower())]
        # In German every noun has a capital.
        least = 1 if after_title or (query.language != "de" and len(run) > 1) else 2
        if len(lacked) < least:
            continue
        if held is None:
            held = {plain(word) for text in texts for word in LETTERS.findall(text)}
        if any(not get_close_matches(plain(word), held, n=1, cutoff=_LIKE) for word in lacked):
            return question[run[0].start() : run[-1].end()]
    return ""


def _capital_runs(
    question: str, tokens: Sequence[re.Match[str]], is_small: Callable[[str], bool]
) -> Iterator[list[re.Match[str]]]:
    """Yield the words with capitals that stand side by side, without those that begin a sentence."""
    run: list[re.Match[str]] = []
    for token in tokens:
        goes_on = token[0].isalpha() and is_capital(token[0], is_small) and not begins(question, token.start())
        if run and not (goes_on and question[run[-1].end() : token.start()] == " "):
            yield run
            run = []
        if goes_on:
            run.append(token)
    if run:
        yield run


def plain(word: str) -> str:
    """Return a word in lower case without its accents."""
    parted = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def _is_titled(tokens: Sequence[re.Match[str]], is_small: Callable[[str], bool]) -> bool:
    """Tell whether a question writes all its words with capitals."""
    words = [token[0] for token in tokens[1:] if token[0].isalpha() and not is_small(token[0].lower())]
    return len(words) > _FEW and all(word[0].isupper() for word in words)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _belongs(
    token: re.Match[str], run: Sequence[re.Match[str]], question: str, shown: Set[str], names: Sequence[Name]
) -> bool:
    """Tell whether a word goes on a run of a name's words, or begins one."""
    gap = question[run[-1].end() : token.start()] if run else ""
    if run and (gap.strip(" .#") or "\n" in gap):
        return False
    word = token[0].lower()
    if word in shown or _code(token[0], names) or NUMBER.fullmatch(token[0]):
        return True
    if not run:
        return False
    if NUMBER.fullmatch(run[0][0]) and len(run) < _BETWEEN:
        return True
    return word in _WITHIN or bool(_NUMBER_SIGN.fullmatch(word))


def _code(word: str, names: Sequence[Name]) -> Name | None:
    return next((name for name in names if name.kind in ("code", "number") and name.text == word), None)


def _trimmed(run: Sequence[re.Match[str]], shown: Set[str], names: Sequence[Name]) -> list[str]:
    """Return the words of a run from its first to its last that is part of a name."""
    words = [match[0] for match in run]

    def is_part(word: str) -> bool:
        return word.lower() in shown or bool(_code(word, names)) or bool(NUMBER.fullmatch(word))

    while words and not is_part(words[-1]):
        words.pop()
    # "30 days": behind the number there must be a name.
    named = [word for word in words if is_part(word) and not NUMBER.fullmatch(word)]
    return words if named else []


def _of_run(words: Sequence[str], names: Sequence[Name]) -> list[Entity]:
    """Return what a run of words names: things that "and" joins are several."""
    parts: list[list[str]] = [[]]
    for word in words:
        if word.casefold() in _AND:
            parts.append([])
        elif not _NUMBER_SIGN.fullmatch(word):
            parts[-1].append(word)
    found = []
    for part in parts:
        if not part:
            continue
        numbers = [word for word in part if NUMBER.fullmatch(word) and not _YEAR.fullmatch(word)]
        plain = [word for word in part if word not in numbers and not _YEAR.fullmatch(word)]
        while plain and plain[-1].casefold() in _WITHIN:
            plain.pop()
        capital = any(word[0].isupper() for word in plain)
        if not plain or (part[0] in numbers and len(plain) == 1 and _UNIT.fullmatch(plain[0])):
            # "After 5 years" is an amount, whatever "Years 0-3" is.
            continue
        if len(numbers) == 1 and not any(_code(word, names) for word in part) and numbers[0] in (part[0], part[-1]):
            text = f"{' '.join(plain)} {numbers[0]}"
            found.append(Entity(text, "numbered", Name(text, "numbered"), capital))
        elif len(part) > 1:
            found.append(Entity(" ".join(part), "phrase", is_capital=capital))
        elif not _code(part[0], names):
            found.append(Entity(part[0], "name", is_capital=capital))
    return found
