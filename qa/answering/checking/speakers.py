"""Who says, thinks or asks for something: whether a passage has somebody else say it. Pure functions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answering.checking.agents import beside_each_other
from qa.answering.checking.fit import Text
from qa.answering.checking.lexicon import TITLES
from qa.answering.checking.tokens import CONTENT, Token
from qa.text.casing import word_set

# They say only that something is said; what the others say belongs to it.
_SAYS = word_set(
    "say says said state states stated claim claims claimed report reports reported reply replies replied answer"
    " answers answered think thinks thought believe believes believed argue argues argued write writes wrote written"
    " explain explains explained announce announces announced mention mentions mentioned add added note noted insist"
    " insists insisted complain complains complained sagt sagte sagten meint meinte gibt gab angibt angab berichtet"
    " berichtete"
    " erklärt erklärte behauptet behauptete schreibt schrieb antwortet antwortete teilt teilte findet fand glaubt"
    " glaubte betont betonte mitgeteilt gesagt erklärt kündigt kündigte"
)
# They say what is said as well, whichever form they have.
_MEANS = {
    word: words.split()[0]
    for words in (
        "blame blames blamed",
        "warn warns warned warnt warnte gewarnt",
        "demand demands demanded fordert forderte gefordert",
        "propose proposes proposed suggest suggests suggested schlägt schlug vorgeschlagen",
        "recommend recommends recommended empfiehlt empfahl empfohlen",
        "praise praises praised lobt lobte gelobt",
        "criticise criticises criticised criticize criticizes criticized kritisiert kritisierte",
    )
    for word in words.split()
}
_BY = word_set("by von vom")
_PASSIVE = word_set("was were is are been wurde wurden wird werden worden")
# "gibt … an" says something, "gibt" alone gives it.
_PARTED = {
    "gibt": "an",
    "gab": "an",
    "teilt": "mit",
    "teilte": "mit",
    "kündigt": "an",
    "kündigte": "an",
    "schlägt": "vor",
    "schlug": "vor",
}
_ACCORDING = (("according", "to"), ("laut",), ("zufolge",))
_ARTICLES = word_set("the a an der die das ein eine this our their his her")
_FINDING = word_set("findet fand glaubt glaubte find finds found think thinks thought")
_MOST_WORDS, _LEAST_SHARED, _FEWEST = 3, 0.6, 2


@dataclass(frozen=True, slots=True)
class _Statement:
    """What somebody says: the tokens of who, the keys of what."""

    who: tuple[Token, ...]
    what: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(token.key for token in self.who)


def other_speaker(said: Text, held: Text) -> Iterator[tuple[Token, Token]]:
    """Yield (who says something in a sentence, who says it in the passage) where that is somebody else of it."""
    mine = list(_statements(said))
    if len(mine) != 1 or not mine[0].names <= held.where.keys():
        return
    own = mine[0]
    shares = [(len(own.what & each.what) / max(1, len(own.what)), each) for each in _statements(held)]
    best = max((share for share, _ in shares), default=0.0)
    near = [each for share, each in shares if share == best]
    if any(own.names & each.what for each in near):
        return
    if len(own.what) < _FEWEST or best < _LEAST_SHARED or any(own.names & each.names for each in near):
        return
    if any(beside_each_other(held, own.names, each.names) for each in near):
        return
    # One who says it in other words says it as well.
    if any(own.names & each.names and share > best / 2 for share, each in shares):
        return
    yield own.who[0], near[0].who[0]


def _statements(text: Text) -> Iterator[_Statement]:
    for places in text.sentences.values():
        tokens = [text.tokens[at] for at in places]
        found = _who(tokens)
        if found is None:
            continue
        who, verb = found
        inside = {token.start for token in who}
        means = frozenset(f"#{_MEANS[token.text]}" for token in tokens if token.text in _MEANS)
        what = frozenset(
            token.key
            for token in tokens
            if token.kind in CONTENT and token.start not in inside and token.text not in _SAYS | TITLES | _MEANS.keys()
        )
        yield _Statement(who, (what | means) - {verb})


def _who(tokens: Sequence[Token]) -> tuple[tuple[Token, ...], str] | None:
    """Return who says something in a sentence, and the word that says only that; None where nobody does."""
    texts = [token.text for token in tokens]
    for phrase in _ACCORDING:
        if tuple(texts[: len(phrase)]) == phrase:
            return _with_verb(_names(tokens[len(phrase) : len(phrase) + _MOST_WORDS + 1]), "")
    place = next((at for at, text in enumerate(texts) if (text in _SAYS or text in _MEANS) and _says(texts, at)), None)
    if place is None:
        return None
    verb = tokens[place].key if texts[place] in _SAYS else ""
    if any(text in _PASSIVE for text in texts[max(0, place - 6) : place]):
        by = next((at for at, text in enumerate(texts) if text in _BY), None)
        return None if by is None else _with_verb(_names(tokens[by + 1 : by + 2 + _MOST_WORDS]), verb)
    own = [token for token in tokens[:place] if token.clause == tokens[place].clause]
    before = _names(own[-_MOST_WORDS:]) if _is_somebody(own) else ()
    # "…," said the foreman.
    return _with_verb(before or _names(tokens[place + 1 : place + 2 + _MOST_WORDS]), verb)


def _is_somebody(tokens: Sequence[Token]) -> bool:
    """Tell whether some tokens hold somebody: a name, or a word with an article."""
    return any(token.capital or token.kind == "name" or token.text in _ARTICLES for token in tokens)


def _says(texts: Sequence[str], place: int) -> bool:
    word = texts[place]
    if word in _PARTED:
        return _PARTED[word] in texts[place:]
    return True


def _with_verb(who: tuple[Token, ...], verb: str) -> tuple[tuple[Token, ...], str] | None:
    return (who, verb) if who else None


def _names(tokens: Sequence[Token]) -> tuple[Token, ...]:
    return tuple(
        token
        for token in tokens
        if token.kind in ("word", "name") and token.text not in TITLES | _FINDING | _SAYS | _MEANS.keys()
    )
