"""Learn the numbers with which `qa/answering/checking` weighs shared words and clashes. See bench/README.md."""

import asyncio
import itertools
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from verify import _OWN, _SHARED, Case, _in_half, packaged, read

from qa.answering.checking import contradiction, cover
from qa.answering.checking.fit import Text, text_of
from qa.answering.checking.nearness import Nearness, decided
from qa.answering.checking.reading import read as read_text
from qa.answering.checking.verify import reading
from qa.models.dense import DenseQueryEmbedder
from qa.text.terms import BM25
from qa.text.words import SparseEmbedder

_ELSEWHERE = ("nearest other passage", "sentence from elsewhere")
# A sentence in its own words, held against the passage that shares most of them but its own.
_ANOTHER = "loosely worded, another passage"
# What a passage may well say and does not.
_INVENTED = "invented"
# A sentence in its own words tells more than one that was copied.
_WEIGHTS = {"true, loosely worded": 3.0, "two such in one": 3.0, "loosely worded": 4.0}
_MERGED = 6
_MARKED = (1.0, 2.0, 3.0, 4.0)


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences of one kind, with their signals: float64, shape (sentences, signals), and which words do not decide."""

    name: str
    true: bool
    signals: NDArray[np.float64]
    in_doubt: Sequence[bool] = ()


def main() -> None:
    """Print both models, and what share of each group falls below several thresholds."""
    reader = SparseEmbedder(BM25, language="auto", average_terms=100)
    shared = [case for case in read(_SHARED) if _in_half(case, "tune")]
    own = [
        case
        for case in (case for folder in (_OWN[0], _OWN[1], _OWN[3], _OWN[4], _OWN[6]) for case in read(folder))
        if _in_half(case, "tune")
    ]
    loose = [case for case in own if case.true]
    by_name = {
        "true": [case for case in shared if case.true],
        "true, loosely worded": loose,
        "two such in one": list(merged(loose)),
        **{kind: [case for case in shared if case.kind == kind] for kind in _ELSEWHERE},
        _ANOTHER: list(elsewhere(loose, reader)),
        _INVENTED: [case for case in read(_OWN[5]) if _in_half(case, "tune")],
    }
    kept = ("true, loosely worded", "two such in one")
    print("cover: share, missing, figures, follows")
    covers = [_covers(name, cases, reader) for name, cases in by_name.items()]
    learn([group for group in covers if group.name not in (_ANOTHER, _INVENTED)], kept=kept)
    print("cover: share, missing, figures, follows, cosine, words alike")
    with tempfile.TemporaryDirectory() as home:
        embedder = asyncio.run(packaged(Path(home)))
        learn([asyncio.run(_nearer(group, by_name[group.name], embedder, reader)) for group in covers], kept=kept)
    print("clashes: fit, share")
    groups = [("given", [case for case in shared if case.kind not in _ELSEWHERE]), ("loosely worded", own)]
    learn(
        [_clashing(name, true, cases, reader) for name, cases in groups for true in (True, False)],
        kept=("given", "loosely worded"),
    )


def learn(groups: Sequence[Group], *, kept: Sequence[str]) -> None:
    """Fit what tells the true from the false, and print what thresholds that keep most of some groups do to all."""
    rows = np.concatenate([group.signals for group in groups])
    labels = np.concatenate([np.full(len(group.signals), group.true) for group in groups])
    weights = np.concatenate([np.full(len(group.signals), _WEIGHTS.get(group.name, 1.0)) for group in groups])
    model = LogisticRegression(C=10.0, max_iter=5000).fit(rows, labels, sample_weight=weights)
    print("  weights and bias:", *(round(float(value), 3) for value in (*model.coef_[0], model.intercept_[0])))
    scores = [model.decision_function(group.signals) for group in groups]
    good = np.concatenate(
        [found for found, group in zip(scores, groups, strict=True) if group.true and group.name in kept]
    )
    for percent in _MARKED:
        least = float(np.percentile(good, percent))
        below = {
            f"{group.name} ({len(found)})": round(100 * float((found < least).mean()), 1)
            for found, group in zip(scores, groups, strict=True)
        }
        print(f"  least {least:.2f}, percent below:", below)


def merged(cases: Sequence[Case]) -> Iterator[Case]:
    """Yield pairs of sentences on one passage as one: long, and in words of its own."""
    chance = random.Random(3)
    by_passage: dict[str, list[Case]] = {}
    for case in cases:
        by_passage.setdefault(case.passage, []).append(case)
    for together in by_passage.values():
        pairs = list(itertools.combinations(together, 2))
        chance.shuffle(pairs)
        for one, other in pairs[:_MERGED]:
            word = "and" if one.language == "en" else "und"
            yield replace(one, sentence=f"{one.sentence.rstrip('.')}, {word} {other.sentence}")


def elsewhere(cases: Sequence[Case], reader: SparseEmbedder) -> Iterator[Case]:
    """Yield each case with the passage of another one that shares most of its words: short ones say little as well."""
    for case in cases:
        others = {other.passage for other in cases if other.language == case.language} - {case.passage}
        language = reading(reader, case.language)
        said = text_of(case.sentence, read_text(case.sentence, language))
        held = {passage: text_of(passage, read_text(passage, language)) for passage in sorted(others)}
        if held:
            best = max(held, key=lambda passage: cover.cover_of(said, [held[passage]]).share)
            yield replace(case, passage=best, true=False)


def _covers(name: str, cases: Sequence[Case], reader: SparseEmbedder) -> Group:
    found = [cover.cover_of(said, [held]) for said, held in (_texts(case, reader) for case in cases)]
    signals = np.array([(each.share, each.missing, each.figures, each.follows) for each in found], dtype=np.float64)
    return Group(name, name not in (*_ELSEWHERE, _ANOTHER, _INVENTED), signals, [each.in_doubt for each in found])


async def _nearer(group: Group, cases: Sequence[Case], embedder: DenseQueryEmbedder, reader: SparseEmbedder) -> Group:
    """Add how near each case stands to its passage: the sentence, and the words that the passage lacks.

    Kept are those in English that words leave in doubt.
    """
    cosines = []
    kept = [case.language == "en" and doubted for case, doubted in zip(cases, group.in_doubt, strict=True)]
    for case in itertools.compress(cases, kept):
        nearness = Nearness(embedder.embed_tokens)
        said, held = _texts(case, reader)
        spans = cover.lacking_spans(said, [held])
        asked = partial(nearness.of, case.sentence, [(case.passage, case.language)], spans)
        near = await decided(asked, nearness)
        cosines.append((near.cosine, near.alike) if near else (0.0, 0.0))
    return replace(group, signals=np.column_stack([group.signals[kept], np.array(cosines).reshape(-1, 2)]))


def _clashing(name: str, true: bool, cases: Sequence[Case], reader: SparseEmbedder) -> Group:
    """Return the best clash of each case that has one; a clash is a true one where the sentence is false."""
    signals = []
    for case in cases:
        said, held = _texts(case, reader)
        found = [clash for clash in contradiction.candidates(said, [held]) if contradiction.is_fitted(clash)]
        if case.true != true and found:
            signals.append((max(clash.fit for clash in found), cover.cover_of(said, [held]).share))
    return Group(name, true, np.array(signals))


def _texts(case: Case, reader: SparseEmbedder) -> tuple[Text, Text]:
    language = reading(reader, case.language)
    said, held = (text_of(text, read_text(text, language)) for text in (case.sentence, case.passage))
    return said, held


if __name__ == "__main__":
    main()
