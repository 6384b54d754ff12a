"""What passages say otherwise than a sentence: all the ways of it, weighed by how sure each is. Pure functions."""

from collections.abc import Sequence

from qa.answering.checking.competing import Clash
from qa.answering.checking.cover import cover_of, lacking_spans
from qa.answering.checking.exceptions import excepted
from qa.answering.checking.fit import Text, words
from qa.answering.checking.holders import held_roles
from qa.answering.checking.included import included
from qa.answering.checking.lists import one_too_many
from qa.answering.checking.only import other_only
from qa.answering.checking.opposites import opposite, other_modal, other_name, other_quantifier
from qa.answering.checking.periods import other_period
from qa.answering.checking.polarity import negated, unsaid_exceptions, unsaid_negations
from qa.answering.checking.quantities import other_unit, other_value
from qa.answering.checking.ranges import holds_end, narrowed, widened
from qa.answering.checking.sides import other_relations, other_roles
from qa.answering.checking.superlatives import other_superlative
from qa.answering.checking.timeline import other_duration, other_order
from qa.answering.checking.turns import turned_once

# Of the log odds that a clash is one; `bench/learn_check.py` learned them.
_SURE_FIT_WEIGHT, _SHARE_WEIGHT, _BIAS, _LEAST_ODDS = 6.19, 8.34, -9.33, 1.3
_UNFITTED = frozenset({"name", "role", "order", "exception", "period", "duration", "only", "list", "most", "range"})


def clashes(said: Text, passages: Sequence[Text]) -> list[Clash]:
    """Return what the passages say otherwise, each thing once, in the order of the sentence."""
    share, lacking = cover_of(said, passages).share, lacking_spans(said, passages)

    def is_one(clash: Clash) -> bool:
        # A word whose opposite stands there is none that the passages lack.
        alone = clash.kind == "opposite" and len(lacking) == 1
        at = said.source[lacking[0][0] : lacking[0][1]] if alone else ""
        return is_sure(clash.fit, 1.0 if alone and at == clash.said else share)

    found = [clash for clash in candidates(said, passages) if not is_fitted(clash) or is_one(clash)]
    # "The tenant is B" where "A (landlord) and B (tenant)" has its opposite nearer.
    right = {word for held in passages for word in held_roles(said.source, held.source)}
    found = [clash for clash in found if clash.kind == "polarity" or clash.said.casefold() not in right]
    return turned_once(found, passages) or list(other_roles(said, passages))


def candidates(said: Text, passages: Sequence[Text]) -> list[Clash]:
    """Return what the passages may say otherwise, however surely."""
    found: list[tuple[int, Clash]] = []
    related, compared_at = other_relations(said, passages)
    for index, token in enumerate(said.tokens):
        if index in compared_at:
            continue
        for check in (other_value, other_unit, other_quantifier, opposite, other_modal, negated, other_name):
            if (clash := check(said, index, token, passages)) and not holds_end(token, clash, passages):
                found.append((index, widened(clash, passages)))
                break
    clashing = related[:1] + [clash for _, clash in found]
    clashing += [*unsaid_negations(said, passages), *unsaid_exceptions(said, passages)]
    clashing += narrowed(said, passages)
    for one, number, there in other_order(said, passages):
        clashing.append(
            Clash("order", words(said, one), words(passages[number], there), number, there.start, there.end, 1.0)
        )
    for one, number, there, alone in other_only(said, passages):
        mine, stated = (
            (words(said, one), words(passages[number], there)) if alone else (words(said, said.tokens[0]), "")
        )
        clashing.append(Clash("only", mine, stated, number, there.start, there.end, 1.0))
    for one, number, there, end in other_duration(said, passages):
        stated = " ".join(passages[number].source[there.start : end].split())
        clashing.append(Clash("duration", words(said, one), stated, number, there.start, end, 1.0))
    for kind, yielded in (
        ("period", other_period(said, passages)),
        ("exception", excepted(said, passages)),
        ("exception", included(said, passages)),
        ("list", one_too_many(said, passages)),
        ("most", other_superlative(said, passages)),
    ):
        for one, number, there in yielded:
            held = words(passages[number], there)
            clashing.append(Clash(kind, words(said, one), held, number, there.start, there.end, 1.0))
    return clashing


def is_fitted(clash: Clash) -> bool:
    """Tell whether a clash was found by how well its places fit."""
    return clash.kind not in _UNFITTED


def is_sure(fit: float, share: float) -> bool:
    """Tell whether a clash is one, by how well its places fit and what share of the sentence's words the passages hold.

    Where a sentence has other words than its passage, what stands "in the same place" there is less sure.
    """
    return _SURE_FIT_WEIGHT * fit + _SHARE_WEIGHT * share + _BIAS >= _LEAST_ODDS
