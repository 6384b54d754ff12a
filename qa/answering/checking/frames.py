"""Who acts on whom in an English sentence. Pure functions.

What stands before a verb, behind it, and behind "by", "from" or "with" has its roles. There is no parser here: a verb
is a word that both texts share, with the first thing of its clause in front.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from qa.answering.checking.fit import Text, before_in_clause
from qa.answering.checking.roles import MUTUAL
from qa.answering.checking.tokens import CONTENT, Token
from qa.text.casing import word_set

_BE = word_set("is are was were be been being")
_SLOTS = {"by": "by", "from": "from", "with": "with", "to": "to", "into": "to"}
_PREPOSITIONS = word_set(
    "by from with to into of in on at for onto than against about over under after before during through between as via"
    " near until since within without among around across along behind beyond per off out up"
)
_LINKS = word_set("and or but who which that where when while because if although")
_ENGLISH = word_set("the of and was is are")
_ORDERS = word_set("order orders behalf instruction instructions request command")
_MOST_WORDS, _FARTHEST = 4, 12


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a verb: by slot ("agent", "patient", "from", "with", "to"), the keys of its words."""

    place: int
    slots: dict[str, set[str]] = field(default_factory=dict)


def changed_roles(said: Text, held: Text) -> Iterator[tuple[Token, Token]]:
    """Yield (one of the sentence, what has its role in the passage) where two things change roles around a verb."""
    if not any(token.text in _ENGLISH for token in held.tokens):
        return
    shared = {token.key for token in said.tokens if _is_verb(token)} & set(held.where)
    for key in shared - MUTUAL:
        mine, theirs = list(_frames(said, key)), list(_frames(held, key))
        if len(mine) != 1 or not theirs:
            continue
        clashes = [_changed(mine[0], other) for other in theirs]
        if all(clashes):
            one, other = clashes[0]  # type: ignore[misc]
            yield said.tokens[_at(said, one)], held.tokens[_at(held, other, near=theirs[0].place)]


def _is_verb(token: Token) -> bool:
    return token.kind == "word" and token.text.isalpha() and len(token.text) > 2


def _frames(text: Text, key: str) -> Iterator[Frame]:
    for rank in text.where.get(key, ()):
        place = text.content[rank]
        token = text.tokens[place]
        followed = text.tokens[place + 1].text if place + 1 < len(text.tokens) else ""
        if not _is_verb(token) or followed == "of":
            continue
        subject = _subject(text, place)
        if not subject:
            continue
        behind = _behind(text, place)
        near = text.tokens[max(0, place - 2) : place]
        passive = any(other.text in _BE for other in near) and not token.text.endswith("ing")
        objects, by = behind.pop("", set()), behind.pop("by", set())
        agents, patients = (by, subject) if passive else (subject, objects)
        yield Frame(place, {"agent": agents, "patient": patients, **behind})


def _subject(text: Text, place: int) -> set[str]:
    """Return the words right before a verb, from the last link or clause, without what a preposition governs."""
    own = text.tokens[place]
    words: list[str] = []
    for token in before_in_clause(text, place, stops=_LINKS, farthest=_FARTHEST):
        if token.text in _PREPOSITIONS:
            if words:
                break
            continue
        if token.kind in CONTENT and token.key != own.key:
            words.append(token.key)
    return set(words[:_MOST_WORDS])


def _behind(text: Text, place: int) -> dict[str, set[str]]:
    """Return what follows a verb: its object by "", and what stands behind each preposition that tells a role."""
    own = text.tokens[place]
    slot = ""
    found: dict[str, set[str]] = {"": set()}
    ordered = False
    for token in text.tokens[place + 1 : place + _FARTHEST]:
        if token.sentence != own.sentence or token.clause != own.clause or token.text in _LINKS:
            break
        if token.text in _PREPOSITIONS:
            slot = (
                "order"
                if ordered and token.text == "of"
                else _SLOTS.get(token.text, slot if token.text == "of" else "-")
            )
            continue
        ordered = token.text in _ORDERS
        if token.kind in CONTENT:
            found.setdefault(slot, set()).add(token.key)
    found.pop("-", None)
    return found


def _changed(mine: Frame, other: Frame) -> tuple[str, str] | None:
    """Return a word of the sentence and the one that has its role in the passage, where both have another one there."""
    for role, words in mine.slots.items():
        there = other.slots.get(role, set())
        if not words or not there or words & there:
            continue
        for elsewhere, others in mine.slots.items():
            moved = others & there
            back = words & other.slots.get(elsewhere, set())
            if elsewhere != role and moved and back:
                return min(back), min(moved)
    return None


def _at(text: Text, key: str, near: int = 0) -> int:
    return min((text.content[rank] for rank in text.where[key]), key=lambda place: abs(place - near))
