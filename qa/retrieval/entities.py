"""What a question names, and which passages are about it. Pure functions.

Twin documents (leases, invoices, the minutes of each year) differ in little but the names of what they are about, and
these mostly stand once: in the title, the file's name or the first lines. So a passage is about a thing if it says its
name, or if its document does so where it begins.

What is a name is told by the documents, since questions are typed in small letters and German nouns all have capitals:
a word that they write with a capital within a sentence, or beside another capital or a number.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from itertools import pairwise
from typing import Literal

from qa.retrieval.query import Query
from qa.retrieval.rank import held_share, name_parts
from qa.text.names import Name
from qa.text.values import Values
from qa.types import Chunk, Hit

# Characters at the beginning of a document that say what it is about: the parties of a contract, the head of a letter.
OPENING = 400
_LONGEST_LINE = 100
# Of a pool, so much is looked at.
_LONGEST = 4_000
_TOKEN = re.compile(r"\w+(?:[-./]\w+)*")
_POSSESSIVE = re.compile(r"['’]s\b")
_NEXT_WORD = re.compile(r" (\w+)")
_NUMBER = re.compile(r"\d{1,4}[a-z]?", re.IGNORECASE)
_NUMBER_SIGN = re.compile(r"(?:no|nr|num|número|numéro|nº|n°)\.?|#", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_YEARS = re.compile(r"(?:1[5-9]|20)\d\d(?:[/–-](?:\d\d|(?:1[5-9]|20)\d\d))?")
# A number of an invoice or a version, and no amount.
_NUMBERED = re.compile(r"\d+(?:[-/]\d+)+|\d+(?:\.\d+)+")
# What stands before a word that begins a sentence, a cell or a line: a capital there tells nothing.
_BEGINS = frozenset('.?!:;\n|•*#>"“„(»«[-–—\t')
_SHORTEST = 3
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_LIKE = 0.8
# Two leases share four fifths of the words of their first lines, two minutes two thirds, other documents a tenth.
_SAME_FORM = 0.4
_FEW = 3
_TITLES = frozenset("mr mrs ms miss dr prof herr herrn frau familie firma monsieur madame mme señor señora".split())  # noqa: SIM905
# Of the places where a word stands, so many may show no name.
_OTHERWISE, _BESIDE = 0.1, 0.5
# Words that may stand within a name: "rue des Lilas", "Bank of England".
_WITHIN = frozenset(
    "of the de la le les des du del der den dem and und et y am an im von van da do di l d".split()  # noqa: SIM905
)
# "15 rue des Lilas", "14 Mill Lane": what may stand between a number and the name behind it.
_BETWEEN = 3
_ENDINGS = r"(?:['’]?s|es|n|en|e)?"
# What is held by more documents of a pool than this does not tell them apart.
_COMMON = 0.8
_SEVERAL = 2
# A passage of another document that names it lacks so much of being about it.
_IN_PASSING = 0.25
_JOINS = re.compile(r"\W*(?:(?:and|or|und|oder|et|ou|y|o|vs|versus)\W+(?:\w{1,3}\W+)*|, *)")
# What a passage loses that names none of what the question does, where nothing tells that it is about another thing.
_SOFT = 0.12
# What a passage gains of which only the document says the name, as a part of the name's share of the question.
_LIFT = 0.3
# They mean what was asked about before.
_POINTERS = frozenset(
    "it its they their them he him his she her er ihm ihn sie ihr ihre ihren ihrer ihrem seine seiner seinen "  # noqa: SIM905
    "seinem il elle son sa ses leur su sus".split()
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
    def _pattern(self) -> re.Pattern[str]:
        words = [re.escape(word) + _ENDINGS for word in _words(self.text)]
        return re.compile(r"(?<!\w)" + r"\W{1,3}(?:\w{1,3}\W{1,3})?".join(words) + r"(?!\w)")

    def stands_in(self, text: Values) -> bool:
        """Tell whether a text holds it."""
        return self.name.stands_in(text) if self.name else bool(self._pattern.search(text.folded))

    def names_another(self, text: Values) -> bool:
        """Tell whether a text holds the name of a numbered thing with another number."""
        return self.kind == "numbered" and bool(self._others.search(text.folded)) and not self.stands_in(text)

    @cached_property
    def _others(self) -> re.Pattern[str]:
        *words, _number = self.text.casefold().split()
        name, number = r"\W{1,3}".join(map(re.escape, words)), r"\d{1,4}[a-z]?"
        return re.compile(rf"(?<!\w)(?:{name}\W{{1,3}}(?:n[or]\.? ?)?{number}|{number}\W{{1,3}}{name})(?!\w)")

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


@dataclass(frozen=True, slots=True)
class Sorted:
    """Hits by what the question names.

    Attributes:
        hits: Those about it, best first; `about` says what their documents are about where they do not say so.
        entities: What the question names, as far as the hits tell it apart.
        groups: For each of several things, the hits about it; none where the question names one.
        query: The question, with the numbered names that the documents showed to be names.
        others: The hits that are left out: they are about another thing.
        near: Where nothing holds a numbered name, those with other numbers.
        unknown: A name that nothing found holds, nor one like it; "" for none.
    """

    hits: list[Hit]
    entities: tuple[Entity, ...] = ()
    groups: tuple[tuple[Entity, tuple[Hit, ...]], ...] = ()
    query: Query | None = None
    others: tuple[Hit, ...] = ()
    near: tuple[str, ...] = ()
    unknown: str = ""


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
    question = _POSSESSIVE.sub("", text)
    for typed, meant in query.taken:
        question = question.replace(typed, meant)
    # Of a year there are many reports, and what each says of others.
    times = {word for name in query.names if is_time(name) for word in name.text.casefold().split()}
    tokens = list(_TOKEN.finditer(question))
    words = {token[0].lower() for token in tokens}
    wanted = {word for word in words if len(word) >= _SHORTEST and not word[0].isdigit() and not is_small(word)}
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
        Entity(name.text, "value" if name.is_code else "name", name, is_capital=True)
        for name in query.names
        if not is_time(name) and name.text.casefold() not in taken and name.text.casefold() in question.casefold()
    ]
    return list({(item.text.casefold(), item.kind): item for item in found}.values())


@dataclass(frozen=True, slots=True)
class Use:
    """How texts use words.

    Attributes:
        names: Those that are names.
        pairs: Those that stand side by side with capitals, though each may be a common word: "Mill Lane".
    """

    names: frozenset[str]
    pairs: frozenset[tuple[str, str]]


def is_time(name: Name) -> bool:
    """Tell whether a name is a day, a month, a year or a span of years."""
    return name.kind == "day" or bool(_YEARS.fullmatch(name.text))


def names_by_use(words: Iterable[str], texts: Iterable[tuple[str, str]], is_small: Callable[[str], bool]) -> Use:
    """Return which of some words in small letters texts use as names.

    Args:
        words: In lower case.
        texts: With the codes of their languages.
        is_small: Tells stop words.
    """
    counts = {word: [0, 0, 0, 0] for word in words}
    pairs: Counter[tuple[str, str]] = Counter()
    for text, language in texts:
        text = text[:_LONGEST]
        lowered = text.lower()
        if len(lowered) != len(text):
            continue
        for word, count in counts.items():
            for start in _places(word, lowered):
                count[0] += 1
                if text[start].islower():
                    count[1] += 1
                elif language != "de" and not _begins(text, start):
                    count[2] += 1
                if (after := _NEXT_WORD.match(text, start + len(word))) and after[1].lower() in counts:
                    both = text[start].isupper() and after[1][0].isupper()
                    pairs[word, after[1].lower()] += 1 if both else -1
                if _is_beside(text, start, start + len(word), is_small):
                    count[3] += 1
    names = (
        word
        for word, (every, lower, capital, beside) in counts.items()
        if every and lower <= _OTHERWISE * every and (capital or beside >= _BESIDE * every)
    )
    return Use(frozenset(names), frozenset(pair for pair, more in pairs.items() if more > 0))


def sorted_by_entities(
    query: Query,
    hits: Sequence[Hit],
    openings: Mapping[str, str],
    *,
    is_small: Callable[[str], bool],
    is_unknown: Callable[[str], bool],
) -> Sorted:
    """Put the passages about what a question names first, and leave those of other things out.

    Args:
        query: The question.
        hits: Best first.
        openings: How documents begin, by id; of one that is missing, the title and file tell alone.
        is_small: Tells stop words.
        is_unknown: Tells whether no passage of the index holds a word in lower case.
    """
    texts = [(hit.chunk.text, hit.chunk.metadata.get("language", "")) for hit in hits]
    texts += [(hit.chunk.title, hit.chunk.metadata.get("language", "")) for hit in hits]
    texts += [(text, "") for text in openings.values()]
    found = _sorted(query, hits, openings, entities(query, texts, is_small))
    return replace(found, unknown=unknown_name(query, (text for text, _ in texts), is_small, is_unknown))


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
        after_title = bool(before) and before[-1].strip(".").casefold() in _TITLES
        lacked = [match[0] for match in run if is_unknown(match[0].lower())]
        # In German every noun has a capital.
        least = 1 if after_title or (query.language != "de" and len(run) > 1) else 2
        if len(lacked) < least:
            continue
        if held is None:
            held = {plain(word) for text in texts for word in _LETTERS.findall(text)}
        if any(not get_close_matches(plain(word), held, n=1, cutoff=_LIKE) for word in lacked):
            return question[run[0].start() : run[-1].end()]
    return ""


def _capital_runs(
    question: str, tokens: Sequence[re.Match[str]], is_small: Callable[[str], bool]
) -> Iterator[list[re.Match[str]]]:
    """Yield the words with capitals that stand side by side, without those that begin a sentence."""
    run: list[re.Match[str]] = []
    for token in tokens:
        goes_on = token[0].isalpha() and _is_capital(token[0], is_small) and not _begins(question, token.start())
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


def opening_of(chunk: Chunk) -> str:
    """Return what a document's first passage says of what it is about; of a table nothing, since rows are many."""
    return "" if "rows" in chunk.metadata or "table" in chunk.metadata else chunk.text[:OPENING]


def identity(chunk: Chunk, opening: str) -> tuple[Values, Values]:
    """Return where a document says what it is about: its title, file, sender and first line; and its first lines."""
    file = chunk.source.rpartition("/")[2]
    sender = chunk.metadata.get("from", "")
    first, _, _ = opening.strip().partition("\n")
    line = first if len(first) <= _LONGEST_LINE else ""
    return Values(f"{chunk.title}\n{name_parts(file)}\n{file}\n{sender}\n{line}"), Values(opening)


@dataclass(frozen=True, slots=True)
class _Held:
    """Which hits hold an entity, by their places, and which documents are about it.

    Attributes:
        by: Hits that say it themselves, or whose document does where it begins.
        of: Ids of documents that are about it: by their title, else by their first lines.
        lifted: Hits of these documents that do not say it themselves.
    """

    by: frozenset[int]
    of: frozenset[str]
    lifted: frozenset[int]


def _sorted(query: Query, hits: Sequence[Hit], openings: Mapping[str, str], named: Sequence[Entity]) -> Sorted:
    own = [Values(f"{hit.chunk.title}\n{hit.chunk.heading}\n{hit.chunk.text}") for hit in hits]
    documents = {hit.chunk.document_id: hit.chunk for hit in hits}
    begin = {key: identity(chunk, openings.get(key, "")) for key, chunk in documents.items()}
    texts = [*own, *(text for both in begin.values() for text in both)]
    held = {entity: _held(entity, hits, own, begin) for entity in _whole(named, texts)}
    near = tuple(other for entity in held if not held[entity].by for other in entity.others_in(texts))
    known = {name.text.casefold() for name in query.names}
    # "2 facts about the Great Wall" is no name with a number: nothing is called so with this one or another.
    numbered = [
        entity.name for entity in held if entity.name and entity.kind == "numbered" and (held[entity].by or near)
    ]
    names = (*query.names, *(name for name in numbered if name.text.casefold() not in known))
    like = {entity: _like(entity, found, begin) for entity, found in held.items() if found.of}
    # Where no other document is of the kind, the words of the question find the right one; but what all are about,
    # such as the name of a firm, says nothing for a sentence that holds it.
    held = {
        entity: held[entity]
        for entity, others in like.items()
        if others or (len(documents) > _SEVERAL and len(held[entity].of) > _COMMON * len(documents))
    }
    query = replace(query, names=names, about=", ".join(entity.text for entity in held))
    hits = [_with_about(query, place, hit, held) for place, hit in enumerate(hits)]
    telling = {entity: found for entity, found in held.items() if len(found.by) < len(hits)}
    several = _several(query, telling)
    sure = [(found, like[entity]) for entity, found in telling.items() if _is_sure(entity, found, documents)]
    kept, others = [], []
    for place, hit in enumerate(hits):
        # Where a question names several things, one of them is enough.
        out = [place not in found.by and hit.chunk.document_id in twins for found, twins in sure]
        if out and (all(out) if several or query.compares else any(out)):
            others.append(hit)
            continue
        lacks = sum(_lack(found, place, hit) for found in telling.values()) / max(1, len(telling))
        kept.append((0.0 if several else lacks, hit))
    if not kept:
        kept, others = [(0.0, hit) for hit in hits], []
    ordered = _in_order(kept)
    groups = tuple(
        (entity, tuple(hit for hit in ordered if hit.chunk.document_id in held[entity].of)) for entity in several
    )
    return Sorted(ordered, tuple(held), groups, query, tuple(others), near)


def _in_order(kept: Sequence[tuple[float, Hit]]) -> list[Hit]:
    """Put passages back by what each lacks of the things that are named; what a second stage put first stays there."""
    if any(hit.rerank is not None for _, hit in kept):
        return [hit for _, hit in sorted(kept, key=lambda item: item[0])]
    return [hit for _, hit in sorted(kept, key=lambda item: _SOFT * item[0] - item[1].score)]


def _held(
    entity: Entity, hits: Sequence[Hit], own: Sequence[Values], begin: Mapping[str, tuple[Values, Values]]
) -> _Held:
    titled = {key for key, (title, _) in begin.items() if entity.stands_in(title)}
    opened = {key for key, (_, opening) in begin.items() if entity.stands_in(opening)}
    say = {place for place, text in enumerate(own) if entity.stands_in(text)}
    told = {hits[place].chunk.document_id for place in say}
    # What others speak of in passing is not what one is about because it begins with it.
    of = titled or (opened if told <= opened else set())
    by = say | {place for place, hit in enumerate(hits) if hit.chunk.document_id in titled | opened}
    lifted = {place for place, hit in enumerate(hits) if hit.chunk.document_id in of} - say
    return _Held(frozenset(by), frozenset(of), frozenset(lifted))


def _with_about(query: Query, place: int, hit: Hit, held: Mapping[Entity, _Held]) -> Hit:
    """Return a hit with what its document is about; what only the document says counts for the hit as well."""
    about = [entity for entity, found in held.items() if hit.chunk.document_id in found.of]
    if not about:
        return hit
    weights, language = query.match.weights, hit.chunk.metadata.get("language", "")
    lacking = " ".join(entity.text for entity in about if place in held[entity].lifted)
    terms = query.match.terms(lacking, language) & weights.keys() if lacking else frozenset[int]()
    return replace(
        hit, about=", ".join(entity.text for entity in about), score=hit.score + _LIFT * held_share(weights, terms)
    )


def _lack(found: _Held, place: int, hit: Hit) -> float:
    if place not in found.by:
        return 1.0
    return 0.0 if not found.of or hit.chunk.document_id in found.of else _IN_PASSING


def _is_sure(entity: Entity, found: _Held, documents: Mapping[str, Chunk]) -> bool:
    """Tell whether an entity is what some documents are about and others are not."""
    if not found.of or len(found.of) > _COMMON * len(documents):
        return False
    return entity.is_sure or (entity.kind == "name" and entity.is_capital)


def _like(entity: Entity, found: _Held, begin: Mapping[str, tuple[Values, Values]]) -> frozenset[str]:
    """Return the documents that are about another thing of the kind: they name it, or begin in the same words."""
    code = entity.text if entity.name and entity.name.kind in ("code", "number") else ""
    ours = [_opening_words(begin[key][1]) for key in found.of]
    like = set()
    for key in begin.keys() - found.of:
        title, opening = begin[key]
        names_another = entity.names_another(title) or (code and title.holds_like(code))
        own = _opening_words(opening)
        if names_another or any(_alike(own, other) for other in ours):
            like.add(key)
    return frozenset(like)


def _opening_words(opening: Values) -> frozenset[str]:
    return frozenset(_LETTERS.findall(opening.folded))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two documents begin as two of one form do, which differ in what is filled in."""
    return len(one) > _FEW and len(one & other) >= _SAME_FORM * len(one | other)


def _several(query: Query, telling: Mapping[Entity, _Held]) -> tuple[Entity, ...]:
    """Return the entities that are different things side by side, each with documents of its own; else none."""
    own = [entity for entity, found in telling.items() if found.of]
    if len(own) < _SEVERAL or not (query.compares or _are_joined(query.text, [entity.text for entity in own])):
        return ()
    shared = frozenset.intersection(*(telling[entity].of for entity in own))
    return () if shared else tuple(own)


def _are_joined(question: str, names: Sequence[str]) -> bool:
    """Tell whether names stand in a question with nothing but "and" and small words between them."""
    folded = question.casefold()
    spans = sorted((start, start + len(name)) for name in names if (start := folded.find(name.casefold())) >= 0)
    return len(spans) == len(names) and all(
        _JOINS.fullmatch(folded[one[1] : other[0]]) for one, other in pairwise(spans)
    )


def _whole(named: Sequence[Entity], texts: Sequence[Values]) -> Iterator[Entity]:
    """Yield the entities; a name of several words that stands nowhere in one piece, word by word."""
    for entity in named:
        if entity.kind != "phrase" or any(entity.stands_in(text) for text in texts):
            yield entity
        else:
            yield from (Entity(word, "name", is_capital=entity.is_capital) for word in entity.text.split())


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _places(word: str, lowered: str) -> Iterator[int]:
    start = lowered.find(word)
    while start >= 0:
        end = start + len(word)
        before = lowered[start - 1] if start else " "
        after = lowered[end] if end < len(lowered) else " "
        if not (before.isalnum() or before == "_" or after.isalnum() or after == "_"):
            yield start
        start = lowered.find(word, end)


def _begins(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip(" ")
    return not before or before[-1] in _BEGINS


def _is_beside(text: str, start: int, end: int, is_small: Callable[[str], bool]) -> bool:
    """Tell whether a word stands beside another one with a capital that is no stop word, or before a number."""
    after = re.match(r" (?:[Nn][or]\.? )?(\w+)", text[end : end + 30])
    if after and (_NUMBER.fullmatch(after[1]) or _is_capital(after[1], is_small)):
        return True
    before = re.search(r"(\w+) $", text[max(0, start - 25) : start])
    return bool(before) and _is_capital(before[1], is_small) and not _begins(text, start)  # type: ignore[index]


def _is_capital(word: str, is_small: Callable[[str], bool]) -> bool:
    return word[0].isupper() and not word.isupper() and not is_small(word.lower())


def _belongs(
    token: re.Match[str], run: Sequence[re.Match[str]], question: str, shown: Set[str], names: Sequence[Name]
) -> bool:
    """Tell whether a word goes on a run of a name's words, or begins one."""
    gap = question[run[-1].end() : token.start()] if run else ""
    if run and (gap.strip(" .#") or "\n" in gap):
        return False
    word = token[0].lower()
    if word in shown or _code(token[0], names) or _NUMBER.fullmatch(token[0]):
        return True
    if not run:
        return False
    if _NUMBER.fullmatch(run[0][0]) and len(run) < _BETWEEN:
        return True
    return word in _WITHIN or bool(_NUMBER_SIGN.fullmatch(word))


def _code(word: str, names: Sequence[Name]) -> Name | None:
    return next((name for name in names if name.kind in ("code", "number") and name.text == word), None)


def _trimmed(run: Sequence[re.Match[str]], shown: Set[str], names: Sequence[Name]) -> list[str]:
    """Return the words of a run from its first to its last that is part of a name."""
    words = [match[0] for match in run]

    def is_part(word: str) -> bool:
        return word.lower() in shown or bool(_code(word, names)) or bool(_NUMBER.fullmatch(word))

    while words and not is_part(words[-1]):
        words.pop()
    # "30 days": behind the number there must be a name.
    named = [word for word in words if is_part(word) and not _NUMBER.fullmatch(word)]
    return words if named else []


def _of_run(words: Sequence[str], names: Sequence[Name]) -> list[Entity]:
    """Return what a run of words names: things that "and" joins are several."""
    parts: list[list[str]] = [[]]
    for word in words:
        if word.casefold() in ("and", "und", "et", "y"):
            parts.append([])
        elif not _NUMBER_SIGN.fullmatch(word):
            parts[-1].append(word)
    found = []
    for part in parts:
        if not part:
            continue
        numbers = [word for word in part if _NUMBER.fullmatch(word) and not _YEAR.fullmatch(word)]
        plain = [word for word in part if word not in numbers and not _YEAR.fullmatch(word)]
        while plain and plain[-1].casefold() in _WITHIN:
            plain.pop()
        capital = any(word[0].isupper() for word in plain)
        if not plain:
            continue
        if len(numbers) == 1 and not any(_code(word, names) for word in part) and numbers[0] in (part[0], part[-1]):
            text = f"{' '.join(plain)} {numbers[0]}"
            found.append(Entity(text, "numbered", Name(text, "numbered"), capital))
        elif len(part) > 1:
            found.append(Entity(" ".join(part), "phrase", is_capital=capital))
        elif not _code(part[0], names):
            found.append(Entity(part[0], "name", is_capital=capital))
    return found
