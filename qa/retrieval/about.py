"""Which passages are about what a question names: those of twin documents about another thing give way. Pure functions.

Twin documents (leases, invoices, the minutes of each year) differ in little but the names of what they are about, and
these mostly stand once: in the title, the file's name or the first lines. So a passage is about a thing if it says its
name, or if its document does so where it begins.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qa.lazy_regex import lazy_regex
from qa.retrieval.entities import LETTERS, Entity, entities, unknown_name
from qa.retrieval.query import Query
from qa.retrieval.rank import held_share, name_parts
from qa.text.cost_words import cost_asked
from qa.text.paper_kinds import says_kind
from qa.text.values import Values
from qa.types import Chunk, Hit

# Characters at the beginning of a document that say what it is about: the parties of a contract, the head of a letter.
OPENING = 400
_LONGEST_LINE = 100
# Two leases share four fifths of the words of their first lines, two minutes two thirds, other documents a tenth.
_SAME_FORM = 0.4
_FEW = 3
# The same words over two documents: "Mietvertrag", "賃貸借契約書"; a sentence or a day is no kind of paper.
_LONGEST_HEAD = 50
_NO_KIND = lazy_regex(r"[\d.:;,?!@]")
# What is held by more documents of a pool than this does not tell them apart.
_COMMON = 0.8
_SEVERAL = 2
# Behind such a word stands who does it: "what did Colm pay", "was muss Tobias zahlen".
_SUBJECT = (
    r"(?i:\b(?:did|does|do|has|have|had|will|must|can|should|may|hat|hatte|muss|soll|kann|darf|wird|zahlte?|"
    r"verdient|bekommt|schuldet) (?:(?:herrn?|frau|mr|mrs|ms|dr)\.? )?{}\b)"
)
# A passage of another document that names it lacks so much of being about it.
_IN_PASSING = 0.25
_JOINS = lazy_regex(r"\W*(?:(?:and|or|und|oder|et|ou|y|o|e|en|i|lub|и|или|vs|versus)\W+(?:\w{1,3}\W+)*|, *)")
# What a passage loses that names none of what the question does, where nothing tells that it is about another thing.
_SOFT = 0.12
# What a passage gains of which only the document says the name, as a part of the name's share of the question.
_LIFT = 0.3
# A folder that holds more of the documents of a pool does not tell them apart.
_SHELF = 0.5


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
        subjects: For each name of somebody who does or has what is asked, the ids of the passages that are about them.
    """

    hits: list[Hit]
    entities: tuple[Entity, ...] = ()
    groups: tuple[tuple[Entity, tuple[Hit, ...]], ...] = ()
    query: Query | None = None
    others: tuple[Hit, ...] = ()
    near: tuple[str, ...] = ()
    unknown: str = ""
    subjects: tuple[tuple[Entity, frozenset[str]], ...] = ()


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
    # In German every noun has a capital, at the beginning of a document as well.
    languages = {hit.chunk.document_id: hit.chunk.metadata.get("language", "") for hit in hits}
    texts += [(text, languages.get(key, "")) for key, text in openings.items()]
    named = entities(query, texts, is_small)
    found = replace(_sorted(query, hits, openings, named), subjects=_subjects(query, hits, openings, named))
    return replace(found, unknown=unknown_name(query, (text for text, _ in texts), is_small, is_unknown))


def _subjects(
    query: Query, hits: Sequence[Hit], openings: Mapping[str, str], named: Sequence[Entity]
) -> tuple[tuple[Entity, frozenset[str]], ...]:
    """Return who does or has what is asked, "what did Colm pay", with the passages that name them."""
    found = []
    for entity in named:
        if entity.kind not in ("name", "phrase") or not re.search(_SUBJECT.format(re.escape(entity.text)), query.asked):
            continue
        ids = set()
        for hit in hits:
            title, opening = identity(hit.chunk, openings.get(hit.chunk.document_id, ""))
            text = Values(f"{hit.chunk.heading}\n{hit.chunk.text}\n{hit.chunk.metadata.get('to', '')}")
            if any(entity.stands_in(held) for held in (title, opening, text)):
                ids.add(hit.chunk.id)
        if ids:
            found.append((entity, frozenset(ids)))
    return tuple(found)


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
    languages = {key: chunk.metadata.get("language", "") for key, chunk in documents.items()}
    like = {
        entity: _like(entity, found, begin) | _foreign(query, entity, found, begin, languages)
        for entity, found in held.items()
        if found.of
    }
    # Where no other document is of the kind, the words of the question find the right one; but what all are about,
    # such as the name of a firm, says nothing for a sentence that holds it.
    held = {
        entity: held[entity]
        for entity, others in like.items()
        if others or (len(documents) > _SEVERAL and len(held[entity].of) > _COMMON * len(documents))
    }
    query = replace(query, names=names, about=", ".join(entity.text for entity in held))
    shelves = _shelves(query, hits)
    hits = [_with_folder(query, _with_about(query, place, hit, held), shelves) for place, hit in enumerate(hits)]
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
    terms = query.match.name_terms(lacking, language) & weights.keys() if lacking else frozenset[int]()
    return replace(
        hit, about=", ".join(entity.text for entity in about), score=hit.score + _LIFT * held_share(weights, terms)
    )


def _shelves(query: Query, hits: Sequence[Hit]) -> Mapping[str, str]:
    """Return the folders and files that a question names, by document, as far as they tell the hits' documents apart.

    People file by names, and ask by them: "the notice for the flat" of a lease in the folder "Flat" that never says
    so, "the gym contract" of an agreement in "gym.pdf". The outermost folder is the one that was ingested, and says
    nothing.
    """
    held: dict[str, set[str]] = {}
    documents = {hit.chunk.document_id: hit.chunk for hit in hits}
    # "ausflug-kosten.pdf" is not what "How much did it cost?" names.
    naming = query.match.weights.keys() - query.match.terms(cost_asked(query.asked), query.language)
    for key, chunk in documents.items():
        codes = {query.language, chunk.metadata.get("language", "")}
        *folders, file = chunk.source.partition("!/")[0].split("/")
        for part in (*folders[1:], file.rpartition(".")[0] or file):
            name = name_parts(part)
            if any(query.match.name_terms(name, code) & naming for code in codes):
                held.setdefault(name, set()).add(key)
    telling = {name for name, those in held.items() if len(those) <= _SHELF * len(documents)}
    return {key: ", ".join(sorted(name for name in telling if key in held[name])) for key in documents}


def _with_folder(query: Query, hit: Hit, shelves: Mapping[str, str]) -> Hit:
    """Return a hit with the folder that names its document in the question; it counts where the hit lacks the word."""
    folder = shelves[hit.chunk.document_id]
    if not folder:
        return hit
    chunk, weights, language = hit.chunk, query.match.weights, hit.chunk.metadata.get("language", "")
    terms = query.match.name_terms(folder, language) | query.match.name_terms(folder, query.language)
    # What many hits share is read once; the text itself, which costs most of this, where that does not say it all.
    lacking = (terms & weights.keys()) - query.match.name_terms(
        f"{chunk.title}\n{chunk.heading}\n{hit.about}", language
    )
    lift = _LIFT * held_share(weights, lacking - query.match.terms(chunk.text, language)) if lacking else 0.0
    return replace(hit, about=", ".join(filter(None, (hit.about, folder))), score=hit.score + lift)


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
    """Return the documents that are about another thing of the kind: they name it, or begin in the same words.

    Two leases of one firm may differ in all their clauses; what is written over them is then the same.
    """
    code = entity.text if entity.name and entity.name.kind in ("code", "number") else ""
    ours = [_opening_words(begin[key][1]) for key in found.of]
    heads = {head for key in found.of if (head := _head(begin[key][1]))}
    like = set()
    for key in begin.keys() - found.of:
        title, opening = begin[key]
        names_another = entity.names_another(title) or (code and title.holds_like(code))
        own = _opening_words(opening)
        if names_another or _head(opening) in heads or any(_alike(own, other) for other in ours):
            like.add(key)
    return frozenset(like)


def _foreign(
    query: Query,
    entity: Entity,
    found: _Held,
    begin: Mapping[str, tuple[Values, Values]],
    languages: Mapping[str, str],
) -> frozenset[str]:
    """Return the documents in other languages than those whose titles name an entity, where the question is in another.

    The forms of two languages begin in other words. What is in the question's language is nearer to it, however little
    it is about what the question names.
    """
    ours = {languages[key] for key in found.of}
    if (
        not query.language
        or query.language in ours
        or not all(ours)
        or not all(entity.stands_in(begin[key][0]) for key in found.of)
    ):
        return frozenset()
    return frozenset(key for key in begin.keys() - found.of if languages[key] and languages[key] not in ours)


def _head(opening: Values) -> str:
    """Return what is written over a document where that names a kind of paper, "Tenancy agreement"; "" for none.

    All papers of one office have its letterhead.
    """
    line = next((line for line in opening.folded.split("\n") if line.strip()), "").strip("#*_ \t")
    is_kind = len(line) <= _LONGEST_HEAD and not _NO_KIND.search(line) and says_kind(line)
    return " ".join(line.split()) if is_kind else ""


def _opening_words(opening: Values) -> frozenset[str]:
    return frozenset(LETTERS.findall(opening.folded))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two documents begin as two of one form do, which differ in what is filled in."""
    shared = len(one & other) if len(one) > _FEW else 0
    return shared > 0 and shared >= _SAME_FORM * (len(one) + len(other) - shared)


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
