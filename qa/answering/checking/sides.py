"""What stands on the other side in a passage: of a word that relates two things, or of who does what to whom. Pure."""

from collections.abc import Iterator, Sequence

from qa.answering.checking.agents import other_agent
from qa.answering.checking.competing import Clash
from qa.answering.checking.fit import Text, words
from qa.answering.checking.frames import changed_roles
from qa.answering.checking.holders import other_holder
from qa.answering.checking.polarity import ONLY
from qa.answering.checking.relations import Verdict, compared, differing, moved
from qa.answering.checking.roles import swapped, turned_passive
from qa.answering.checking.speakers import other_speaker
from qa.answering.checking.transfers import turned_transfer


def other_relations(said: Text, passages: Sequence[Text]) -> tuple[list[Clash], set[int]]:
    """Return the relations that a passage has the other way round, and the tokens whose relations were compared."""
    found: list[Clash] = []
    compared_at: set[int] = set()
    for number, held in enumerate(passages):
        verdicts = list(compared(said, held))
        agreeing = {verdict.said.place for verdict in verdicts if verdict.agrees}
        for verdict in verdicts:
            compared_at |= {verdict.said.place, verdict.said.about}
            if verdict.said.place not in agreeing and not _only_for_not(verdict, said, held):
                one, there = differing(verdict, said, held)
                found.append(Clash("order", words(said, one), words(held, there), number, there.start, there.end, 1.0))
        for one, there in moved(said, held):
            found.append(Clash("order", words(said, one), words(held, there), number, there.start, there.end, 1.0))
    return found, compared_at


def _only_for_not(verdict: Verdict, said: Text, held: Text) -> bool:
    """Tell whether one says "only after" and the other "not before"."""
    one, other = (
        {
            "only" if ONLY & set(token.text.split()) else token.kind
            for token in text.tokens
            if token.sentence == text.tokens[place].sentence
        }
        for text, place in ((said, verdict.said.place), (held, verdict.held.place))
    )
    return any("only" in mine - theirs and "negation" in theirs - mine for mine, theirs in ((one, other), (other, one)))


def _converse(said: Text, held: Text, sentence: int) -> bool:
    """Tell whether a sentence of a passage has the converse of a word: where one buys the other sells."""
    keys = {token.key for token in held.tokens if token.sentence == sentence}
    return any(token.converse and token.opposites & keys and token.key not in keys for token in said.tokens)


def other_roles(said: Text, passages: Sequence[Text]) -> Iterator[Clash]:
    """Yield who does in a passage what somebody else does in the sentence."""
    for number, held in enumerate(passages):
        for one, there, _ in swapped(said, held):
            if _converse(said, held, there.sentence):
                continue
            yield Clash("role", words(said, one), words(held, there), number, there.start, there.end, 1.0)
            return
        for one, there in changed_roles(said, held):
            yield Clash("role", words(said, one), words(held, there), number, there.start, there.end, 1.0)
            return
        for found in (other_speaker, turned_transfer):
            for one, there in found(said, held):
                yield Clash("role", words(said, one), words(held, there), number, there.start, there.end, 1.0)
                return
        for one, there in other_agent(said, held):
            yield Clash("role", words(said, one), words(held, there), number, there.start, there.end, 1.0)
            return
        for one, verb in turned_passive(said, held):
            yield Clash("role", words(said, one), words(held, verb), number, verb.start, verb.end, 1.0)
            return
        for claim, holder in other_holder(said.source, held.source):
            there_said = held.source[holder.start : holder.end] if holder.is_listed else holder.name
            yield Clash("role", claim.name, " ".join(there_said.split()), number, holder.start, holder.end, 1.0)
            return
