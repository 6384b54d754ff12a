"""Whether what is quoted answers at all, by the probability of before and by how a model reads the sentences.

It is asked after sentences were chosen: `Evidence.select` remembers what was read.

Neither is enough: words and cosines take another thing said of the same boiler for an answer, and the model has never
seen a lease. Their log-odds are added, the model's at half. docs/quality.md says what that refuses, and how much of it
wrongly.
"""

import math

from qa.answering.evidence import Evidence
from qa.answering.refusing.refuse import is_there
from qa.answering.sentences.told_whole import is_told_whole
from qa.models.token_vectors import READS

LEAST_READ = 0.18
"""The least probability at which sentences that were read are quoted."""
# What the model's log-odds weigh. It is surer than it should be of papers unlike those that it has learned from.
_READ = 0.5
_TINY = 1e-6


def read_probability(evidence: Evidence, language: str, *, partly: bool = False) -> float | None:
    """Return how probable an answer is after its sentences were read, in [0, 1]; None where they were not.

    Also None where words decide alone, where two languages meet, of a question that is two, and where an answer was
    tried for another reason than its probability: what is looked up is there or not.

    Args:
        evidence: After its sentences were read.
        language: Of the documents.
        partly: Whether it is enough that some were read. Those in other languages, which were not, may answer as well:
            that refuses nothing, and tells of an answer that quotes none of them.
    """
    selection, before = evidence.select, evidence.judgement.probability
    if selection is None or selection.best is None or before is None or not (selection.is_whole or partly):
        return None
    least = evidence.judgement.threshold
    if least is None or before < least:
        return None
    if not selection.is_whole and evidence.query.language != READS:
        # In no language that is known it may have been read as English.
        return None
    if not evidence.query.meaning or evidence.judgement.by_meaning or evidence.halves or evidence.query.compares:
        return None
    if is_there(evidence.query, evidence.hits) or is_told_whole(evidence.query, evidence.hits, language):
        return None
    sure = min(max(before, _TINY), 1 - _TINY)
    return 1 / (1 + math.exp(-(math.log(sure / (1 - sure)) + _READ * selection.best)))


def is_unlikely(evidence: Evidence, language: str) -> bool:
    """Tell whether what is quoted is likely about something else.

    Args:
        evidence: After its sentences were read.
        language: Of the documents.
    """
    probability = read_probability(evidence, language)
    return probability is not None and probability < LEAST_READ
