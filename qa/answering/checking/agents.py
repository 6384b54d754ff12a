"""Whether somebody else does in a passage what a sentence says that somebody does. Pure functions.

"The authority informs the coordinator" has the things of its passage in other roles; that `frames` compares. Here one
of them is replaced: the passage says the same of the same thing, and somebody else does it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.answering.checking.fit import Text
from qa.answering.checking.tokens import CONTENT, Token
from qa.text.casing import word_set

# Behind these stands what acts, where the clause is passive.
_BY = {"en": word_set("by"), "de": word_set("von vom durch")}
_BE = {"en": word_set("is are was were be been being"), "de": word_set("wird werden wurde wurden worden ist sind war")}
_ARTICLES = word_set("the a an der die das ein eine einen dem den des einem einer this these every each dieser diese")
_PREPOSITIONS = word_set(
    "of in on at for to from with by into onto about over under after before during through between as via near until"
    " within without"
    " von vom zum zur mit nach aus bei seit im am auf für durch über unter vor zwischen gegen um ohne bis"
    " an in wegen"
)
_RELATIVE = word_set("who which that where when if because unless der die das den dem wenn weil dass ob wer whoever")
_ACTING_DE = word_set("der ein er jeder dieser")
_GERMAN = word_set("der die das und ist wird von dem den")
_LEAST_SHARED, _FEWEST_SHARED, _MOST_WORDS = 0.8, 2, 4


@dataclass(frozen=True, slots=True)
class _Clause:
    """What a clause says: who acts, and the keys of all other words; among `verbs` is what it does."""

    agent: tuple[Token, ...]
    rest: frozenset[str]
    verbs: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(token.text.removesuffix("s") for token in self.agent)


def other_agent(said: Text, held: Text) -> Iterator[tuple[Token, Token]]:
    """Yield (who acts in a sentence, who acts in the passage) where the same is done to the same by somebody else.

    Only somebody of whom the passage speaks elsewhere: else it may be another name of the same one.
    """
    language = "de" if sum(token.text in _GERMAN for token in held.tokens) > 1 else "en"
    mine = [clause for clause in _clauses(said, language) if clause.agent]
    if len(mine) != 1:
        return
    own = mine[0]
    theirs = [clause for clause in _clauses(held, language) if clause.agent and _alike(own, clause)]
    if not theirs or not {token.key for token in own.agent} <= {token.key for token in held.tokens}:
        return
    if any(own.names & clause.names for clause in theirs):
        return
    # "Ruth Adler, the owner" is one.
    if any(beside_each_other(held, own.names, clause.names) for clause in theirs):
        return
    yield own.agent[0], theirs[0].agent[0]


def _alike(one: _Clause, other: _Clause) -> bool:
    shared = one.rest & other.rest
    return (
        bool(one.verbs & other.verbs) and len(shared) >= _FEWEST_SHARED and len(shared) >= _LEAST_SHARED * len(one.rest)
    )


def beside_each_other(text: Text, one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two are named right one behind the other somewhere."""
    words = [token.text.removesuffix("s") for token in text.tokens if token.kind in CONTENT]
    return any((a in one and b in other) or (a in other and b in one) for a, b in pairwise(words))


def _clauses(text: Text, language: str) -> Iterator[_Clause]:
    tokens = text.tokens
    start = 0
    for at in range(1, len(tokens) + 1):
        if (
            at == len(tokens)
            or tokens[at].clause != tokens[start].clause
            or tokens[at].sentence != tokens[start].sentence
            # Of "a study reports that the rich own more" the study owns nothing.
            or tokens[at].text == "that"
        ):
            yield _clause(tokens[start:at], language)
            start = at


def _clause(tokens: Sequence[Token], language: str) -> _Clause:
    agent = _passive_agent(tokens, language)
    if not agent and not (tokens and tokens[0].text in _RELATIVE and tokens[0].text not in _ARTICLES):
        agent = _german_agent(tokens) if language == "de" else _first_thing(tokens)
    acting = {token.start for token in agent}
    rest = [token for token in tokens if _tells(token) and token.start not in acting]
    return _Clause(agent, frozenset(token.key for token in rest), _verbs(agent, rest) if agent else frozenset())


def _verbs(agent: Sequence[Token], rest: Sequence[Token]) -> frozenset[str]:
    """Return the words right before and behind who acts, and the last one, where a German participle stands."""
    before = [token.key for token in rest if token.start < agent[0].start]
    behind = [token.key for token in rest if token.start > agent[-1].start]
    return frozenset((*before[-2:], *behind[:1], *behind[-1:]))


def _passive_agent(tokens: Sequence[Token], language: str) -> tuple[Token, ...]:
    if not any(token.text in _BE[language] for token in tokens):
        return ()
    for at, token in enumerate(tokens):
        if token.text in _BY[language] and (thing := _thing(tokens, at + 1)):
            return thing
    return ()


def _first_thing(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Return the first thing of an English clause, where the clause begins with it and is not passive."""
    passive = any(one.text in _BE["en"] and other.text.endswith(("ed", "en")) for one, other in pairwise(tokens))
    if passive or not tokens or tokens[0].text not in _ARTICLES:
        return ()
    thing = _thing(tokens, 0)
    behind = tokens[1 + len(thing)].text if len(tokens) > 1 + len(thing) else ""
    # The last word before an article is the verb: "the manager answers the press".
    return thing[:-1] if len(thing) > 1 and (behind in _ARTICLES or behind in _PREPOSITIONS) else thing


def _german_agent(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Return the only thing of a clause that stands in the nominative for sure: "der Betreiber"."""
    found = [
        thing
        for at, token in enumerate(tokens)
        if token.text in _ACTING_DE and (at == 0 or _may_precede(tokens[at - 1])) and (thing := _thing(tokens, at))
    ]
    return found[0] if len(found) == 1 else ()


def _may_precede(token: Token) -> bool:
    """Tell whether "der" behind a word may begin a thing in the nominative: behind a noun it is a genitive."""
    return token.text not in _PREPOSITIONS and not token.capital


def _thing(tokens: Sequence[Token], at: int) -> tuple[Token, ...]:
    """Return the words of the thing that begins at a place, without its article."""
    if at < len(tokens) and tokens[at].text in _ARTICLES:
        at += 1
    found: list[Token] = []
    for token in tokens[at : at + _MOST_WORDS]:
        if token.kind not in ("word", "name") or not token.text.isalpha():
            break
        found.append(token)
        if token.capital and token.kind == "word":
            break
    return tuple(found)


def _tells(token: Token) -> bool:
    return token.kind in CONTENT or bool(token.opposites)
