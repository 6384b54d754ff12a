"""A filter as the expression that every leg of a search carries.

A filter on fields of the chunks (paths, ids) becomes an expression on these fields, whatever the number of documents.
Any other filter is decided on the register's rows, in Python, and becomes a list of document ids: no value of a user
enters that expression.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from qa.store.filters import ALTERNATIVES, beneath, either, every, one_of
from qa.store.groups import Groups, group_of, groups_of_path, union
from qa.store.records import RegisterRow
from qa.store.where import Filter, no_match, plain_path

# Most ids in one expression. Searching 20,000 chunks on 2.5.1 takes 6 ms without a filter, 44 ms with 5,000 ids and 75
# ms with 10,000.
MOST_IDS = 10_000


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a search looks: chunks that match the expression, and of `documents` alone where it cannot list them.

    They lie in no other groups than `groups`, see `qa.store.groups`.
    """

    expression: str = ""
    documents: frozenset[str] | None = None
    groups: Groups = None


def scope_by_fields(where: Filter, folders: int = 0) -> Scope | None:
    """Return the scope of a filter that the chunks' own fields can tell, None for any other.

    Args:
        where: The filter.
        folders: How many folders name a group; 0 for no groups.
    """
    paths = [plain_path(source) for source in where.sources]
    others = replace(where, sources=(), documents=())
    if others or None in paths or len(paths) > ALTERNATIVES or len(where.documents) > MOST_IDS:
        return None
    return Scope(
        every(
            either(*(beneath("source", path) for path in paths if path)),
            _listed("in", where.documents) if where.documents else "",
        ),
        groups=union(groups_of_path(path, folders) for path in paths if path) if paths and folders else None,
    )


def scope_by_documents(passing: Collection[str], others: Collection[str]) -> Scope:
    """Return the scope of the documents `passing`, at least one, in an index that also holds `others`.

    Where an expression can list neither, hits of other documents are dropped after the search, which then looks
    further.
    """
    if not others:
        return Scope()
    if len(passing) <= MOST_IDS:
        return Scope(_listed("in", passing))
    if len(others) <= MOST_IDS:
        return Scope(_listed("not in", others))
    return Scope(documents=frozenset(passing))


def scope_by_rows(where: Filter, rows: Sequence[RegisterRow], folders: int, name: str) -> Scope:
    """Return the scope of the documents whose rows pass a filter.

    Args:
        where: The filter.
        rows: Of all documents.
        folders: How many folders name a group; 0 for no groups.
        name: Of the collection, for the error.

    Raises:
        FilterError: No document passes.
    """
    matching = [row for row in rows if where.matches(row)]
    if not matching:
        raise no_match(where, rows, name)
    passing = [row.document_id for row in matching]
    scope = scope_by_documents(passing, {row.document_id for row in rows}.difference(passing))
    return replace(scope, groups=frozenset(group_of(row.source, folders) for row in matching)) if folders else scope


def _listed(operator: str, ids: Collection[str]) -> str:
    return one_of("document_id", ids, operator=operator, limit=MOST_IDS)
