"""The rules that know which sentences answer a question, in the order in which they are asked."""

from collections.abc import Sequence

from qa.answering.by_rule.changes import told_of_change, told_of_then
from qa.answering.by_rule.changes_told import told_by_changes
from qa.answering.by_rule.listed_people import told_by_list
from qa.answering.by_rule.told import Told
from qa.answering.by_rule.told_by_turn import told_by_turn
from qa.retrieval.query import Query
from qa.types import Hit

_RULES = (told_by_list, told_by_changes, told_of_then, told_of_change, told_by_turn)


def told_by_rule(query: Query, hits: Sequence[Hit], language: str) -> Told | None:
    """Return what answers a question by the first rule that knows it, None where none does.

    Args:
        query: As the index reads it.
        hits: All passages that were found, best first.
        language: Of the documents.
    """
    return next((told for rule in _RULES if (told := rule(query, hits, language)) is not None), None)
