"""Who gives and who takes: sells and buys, lets and rents, lends and borrows, pays and gets, sues, replaces. Pure.

Both sides of such a verb are read, whichever of the two the text says it from: "A sold it to B" and "B bought it
from A" give from A to B. So are the roles that a paper names at its head: "Seller: A. Buyer: B." English and German.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answering.checking.fit import Text, before_in_clause
from qa.answering.checking.lexicon import TITLES
from qa.answering.checking.tokens import Token
from qa.lazy_regex import lazy_regex
from qa.text.casing import word_set

# By kind: the verbs of the one who gives, of the one who takes, and the roles of both.
_KINDS = {
    "sale": (
        "sell sells sold verkaufen verkauft verkaufte verkauften veräußert veräußerte",
        "buy buys bought purchase purchased purchases acquire acquired acquires kaufen kauft kaufte gekauft erwarb"
        " erworben erwirbt",
        "seller vendor supplier verkäufer verkäuferin lieferant",
        "buyer purchaser customer käufer käuferin kunde kundin",
    ),
    "lease": (
        "let lets lease leases leased vermieten vermietet vermietete verpachtet verpachtete",
        "rent rents rented mieten mietet mietete gemietet gepachtet pachtet",
        "landlord landlady lessor vermieter vermieterin",
        "tenant lessee mieter mieterin",
    ),
    "loan": (
        "lend lends lent leiht lieh geliehen verleiht verlieh",
        "borrow borrows borrowed",
        "lender gläubiger",
        "borrower schuldner",
    ),
    "gift": (
        "give gives gave given pay pays paid refund refunds refunded send sends sent grant grants granted award awards"
        " awarded gibt gab gegeben zahlt zahlte gezahlt schenkt schenkte geschenkt überweist überwies überwiesen"
        " schickt schickte geschickt",
        "get gets got receive receives received obtain obtains obtained bekommt bekam bekommen erhält erhielt erhalten",
        "from",
        "to",
    ),
    "suit": (
        "sue sues sued verklagt verklagte",
        "",
        "plaintiff claimant kläger klägerin",
        "defendant beklagter beklagte",
    ),
    "succession": (
        "replace replaces replaced succeed succeeds succeeded ablöst ablöste löst löste ersetzt ersetzte",
        "",
        "successor nachfolger nachfolgerin",
        "predecessor vorgänger vorgängerin",
    ),
}
_GIVES = {word: kind for kind, (words, *_) in _KINDS.items() for word in words.split()}
_TAKES = {word: kind for kind, (_, words, *_) in _KINDS.items() for word in words.split()}
_ROLES = {
    role: (kind, giver)
    for kind, (_, _, givers, takers) in _KINDS.items()
    for giver, roles in ((True, givers), (False, takers))
    for role in roles.split()
}
_PART = r"[A-ZÄÖÜÉ][\w'’&.-]*"
_LABEL = lazy_regex(
    rf"(?<!\w)(?P<role>{'|'.join(_ROLES)}): (?P<name>{_PART}(?: (?:of |von |van |& )?{_PART}){{0,3}})", re.IGNORECASE
)
_BE = word_set("is are was were be been being wird werden wurde wurden worden")
_HAVE = word_set("has have had hat haben hatte hatten")
_STOPS = word_set("and or but who which that when because if und oder aber der die das wenn weil dass")
_ARTICLES = word_set(
    "the a an his her its their der die das den dem des ein eine einen einem einer ihre ihr seine ihren"
)
_GERMAN = word_set("der die das und ist wird von dem den ein eine an")
_PREPOSITIONS = word_set(
    "of in on at for to from with by into onto about over under after before during as until within without behalf than"
    " von vom zum zur mit nach aus bei seit im am auf für durch über unter vor um ohne bis an in"
)
_TO, _FROM, _BY = word_set("to an"), word_set("from von vom"), word_set("by von vom durch")
_DATIVE = word_set("dem der den einem einer")
_NOUNS = word_set("rent lease let pay")
_NOUN_BEFORE = word_set("of monthly annual yearly basic cold net gross this each no your our my")
_FARTHEST, _MOST_WORDS = 12, 3
_NO_ONE = frozenset[str]()


@dataclass(frozen=True, slots=True)
class _Transfer:
    """What goes from one to another: the keys of each, and the place of the token that says it."""

    kind: str
    giver: frozenset[str]
    taker: frozenset[str]
    place: int

    def agrees(self, other: "_Transfer") -> bool:
        """Tell whether another one has each side that both name where this one does."""
        pairs = ((self.giver, other.giver), (self.taker, other.taker))
        named = [(mine, theirs) for mine, theirs in pairs if mine and theirs]
        return bool(named) and all(mine & theirs for mine, theirs in named)

    def turns(self, other: "_Transfer") -> bool:
        """Tell whether who gives here takes there, or the other way round."""
        gives = bool((self.giver & other.taker) - other.giver) or not other.taker
        takes = bool((self.taker & other.giver) - other.taker) or not other.giver
        return gives and takes and bool(other.giver or other.taker)


def turned_transfer(said: Text, held: Text) -> Iterator[tuple[Token, Token]]:
    """Yield (who gives or takes in a sentence, what tells in the passage that it is the other way round)."""
    mine = list(_transfers(said))
    if not mine:
        return
    theirs = list(_transfers(held))
    for own in (each for each in mine if each.giver and each.taker):
        alike = [other for other in theirs if other.kind == own.kind]
        turned = next((other for other in alike if own.turns(other)), None)
        if turned and not any(own.agrees(other) for other in alike):
            moved = (own.giver & turned.taker) or (own.taker & turned.giver)
            token = next(token for token in said.tokens if token.key in moved)
            yield token, held.tokens[turned.place]
            return


def _transfers(text: Text) -> Iterator[_Transfer]:
    german = sum(token.text in _GERMAN for token in text.tokens) > 1 and not any(
        token.text in ("the", "of") for token in text.tokens
    )
    for place, token in enumerate(text.tokens):
        for verbs, gives in ((_GIVES, True), (_TAKES, False)):
            if (kind := verbs.get(token.text)) and token.kind != "name" and not _is_noun(text, place):
                found = (_german if german else _english)(text, place, kind, gives=gives)
                if found.giver or found.taker:
                    yield found
    named: dict[str, list[frozenset[str]]] = {}
    places: dict[str, int] = {}
    for match in _LABEL.finditer(text.source):
        kind, gives = _ROLES[match["role"].casefold()]
        start, end = match.span("name")
        keys = {token.key for token in text.tokens if start <= token.start < end and token.text not in TITLES}
        role = {token.key for token in text.tokens if token.start == match.start("role")} if kind != "gift" else set()
        sides = named.setdefault(kind, [_NO_ONE, _NO_ONE])
        sides[not gives] = frozenset(keys | role)
        places.setdefault(kind, next(at for at, token in enumerate(text.tokens) if token.start >= match.start("role")))
    for kind, (giver, taker) in named.items():
        yield _Transfer(kind, giver, taker, places[kind])


def _is_noun(text: Text, place: int) -> bool:
    """Tell whether a word is no verb: "the rent", "this lease"."""
    before = text.tokens[place - 1].text if place else ""
    return (
        before in _ARTICLES
        or text.tokens[place].capital
        or (text.tokens[place].text in _NOUNS and before in _NOUN_BEFORE)
    )


def _english(text: Text, place: int, kind: str, *, gives: bool) -> _Transfer:
    subject = _first(text, place)
    before = text.tokens[max(0, place - 3) : place]
    passive = any(token.text in _BE for token in before) and not text.tokens[place].text.endswith("s")
    slots = _behind(text, place)
    to, sent = slots.get("to", _NO_ONE), slots.get("from", _NO_ONE)
    by, thing = slots.get("by", _NO_ONE), slots.get("", _NO_ONE)
    # "Sue" and "replace" have the other side as their object.
    if kind in ("suit", "succession"):
        giver, taker = (by, subject) if passive else (subject, thing)
    elif gives:
        giver, taker = (by, to or subject) if passive else (subject, to or slots.get("next", _NO_ONE))
    else:
        giver, taker = (sent, by) if passive else (sent, subject)
    return _Transfer(kind, giver, taker, place)


def _german(text: Text, place: int, kind: str, *, gives: bool) -> _Transfer:
    own = text.tokens[place]
    start = place
    while start and text.tokens[start - 1].sentence == own.sentence:
        start -= 1
    aux = next((at for at in range(start, place) if text.tokens[at].text in _BE | _HAVE), None)
    passive = aux is not None and text.tokens[aux].text in _BE
    finite = place if aux is None else aux
    clause = finite
    while clause > start and text.tokens[clause - 1].clause == text.tokens[finite].clause:
        clause -= 1
    inside = text.tokens[clause : place + _FARTHEST]
    to, sent = _marked(inside, own, _TO), _marked(inside, own, _FROM)
    subject = _thing(text.tokens[clause:finite]) if clause < finite else _NO_ONE
    behind = text.tokens[finite + 1 : finite + 1 + _FARTHEST]
    dative = _thing(behind) if behind and behind[0].text in _DATIVE else _NO_ONE
    if kind in ("suit", "succession"):
        named = _thing(behind)
        giver, taker = (sent, subject) if passive else (subject, named)
    elif gives:
        giver, taker = (sent, to) if passive else (subject, to or dative)
    else:
        giver, taker = (sent, subject)
        if passive:
            giver, taker = _NO_ONE, _NO_ONE
    return _Transfer(kind, giver, taker, place)


def _marked(tokens: Sequence[Token], own: Token, marks: frozenset[str]) -> frozenset[str]:
    for at, token in enumerate(tokens):
        if token.text in marks and token.sentence == own.sentence:
            found = _thing(tokens[at + 1 : at + 6])
            # "An der Ampel" is no one; a name or a noun with an article may be.
            if found:
                return found
    return _NO_ONE


def _thing(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the words of the thing that begins some tokens, without article and title."""
    found: list[str] = []
    for token in tokens:
        if token.text in _ARTICLES | TITLES and not found:
            continue
        if token.kind not in ("word", "name") or token.text in _PREPOSITIONS or len(found) == _MOST_WORDS:
            break
        found.append(token.key)
    return frozenset(found)


def _first(text: Text, place: int) -> frozenset[str]:
    """Return the thing that stands before an English verb since the last link, but not what a preposition governs."""
    found: list[str] = []
    for token in before_in_clause(text, place, stops=_STOPS, farthest=_FARTHEST):
        if token.text in _PREPOSITIONS:
            if found:
                break
            continue
        if token.kind in ("word", "name") and token.text not in TITLES:
            found.append(token.key)
    return frozenset(found[:_MOST_WORDS])


def _behind(text: Text, place: int) -> dict[str, frozenset[str]]:
    """Return what follows an English verb by its preposition; "" is its object, "next" what another thing follows."""
    own = text.tokens[place]
    slot = ""
    found: dict[str, set[str]] = {}
    objects = 0
    begins = True
    for token in text.tokens[place + 1 : place + _FARTHEST]:
        if token.sentence != own.sentence or token.text in _STOPS:
            break
        if token.text in _PREPOSITIONS:
            slot = "to" if token.text in _TO else "from" if token.text in _FROM else token.text
            continue
        if slot == "" and (token.text in _ARTICLES or token.amount):
            begins = True
        if token.amount or token.kind in ("word", "name"):
            if slot == "" and begins:
                objects, begins = objects + 1, False
            if token.kind in ("word", "name") and token.text not in TITLES:
                found.setdefault("first" if slot == "" and objects == 1 else slot, set()).add(token.key)
    first = found.pop("first", set())
    # "Gave the school 800 pounds": of two things without a preposition the first one takes.
    sides = {key: frozenset(keys) for key, keys in found.items()}
    sides[""] = frozenset(first) | sides.get("", _NO_ONE)
    sides["next"] = frozenset(first) if objects > 1 else _NO_ONE
    return sides
