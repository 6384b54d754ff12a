"""Filter expressions of Milvus from Python values: the only place where a value becomes part of an expression."""

import json
from collections.abc import Iterable, Iterator

from qa.errors import StoreError
from qa.lazy_regex import lazy_regex

# 2.5.1 slows down and finally fails on long `in` lists; 500 ids of 32 characters stay far below its limit.
LIST_LIMIT = 500

# Most expressions that `either` may join. 2.5.1 fails at 49, and each of these may hold some itself.
ALTERNATIVES = 8

_UNSAFE = lazy_regex(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def literal(value: str | int | float) -> str:
    """Return `value` as a literal.

    Raises:
        StoreError: A string holds a control character or half of a surrogate pair, which engines escape differently.
    """
    if isinstance(value, str) and _UNSAFE.search(value):
        raise StoreError(f"{value!r} holds a control character; rename it, since such a name cannot be looked up")
    return json.dumps(value, ensure_ascii=False)


def can_be_sought(value: str) -> bool:
    """Tell whether any row could have this as a value; what holds a control character was never stored."""
    return not _UNSAFE.search(value)


def equals(field: str, value: str | int) -> str:
    """Return an expression for rows whose `field` is `value`."""
    return f"{field} == {literal(value)}"


def differs(field: str, value: str | int) -> str:
    """Return an expression for rows whose `field` is not `value` (`not (…)` fails on 2.5.1)."""
    return f"{field} != {literal(value)}"


def one_of(field: str, values: Iterable[str], *, operator: str = "in", limit: int = LIST_LIMIT) -> str:
    """Return an expression for rows whose `field` is one of `values`; with the operator "not in", none of them.

    Raises:
        ValueError: No values, which 2.5.1 refuses, or more than `limit`; see `batches`.
    """
    literals = [literal(value) for value in values]
    if not 0 < len(literals) <= limit:
        raise ValueError(f"an `in` list takes 1 to {limit} values, got {len(literals)}")
    return f"{field} {operator} [{', '.join(literals)}]"


def beneath(field: str, path: str) -> str:
    """Return an expression for rows whose `field` is this path, or lies in this folder or inside this file.

    Ranges rather than `like`, whose wildcards engines escape differently. "0" is the character after "/".
    """
    ranges = (f"{field} >= {literal(path + end)} and {field} < {literal(path + end[:-1] + '0')}" for end in ("/", "!/"))
    return either(equals(field, path), *ranges)


def inside(field: str, path: str) -> str:
    """Return an expression for rows whose `field` lies inside this file: an attachment, a member of an archive."""
    return f"{field} >= {literal(path + '!/')} and {field} < {literal(path + '!0')}"


def below(field: str, folder: str) -> str:
    """Return an expression for rows whose `field` lies in this folder."""
    return f"{field} >= {literal(folder + '/')} and {field} < {literal(folder + '0')}"


def between(field: str, low: int, high: int) -> str:
    """Return an expression for rows whose `field` lies from `low` to `high`, both included."""
    return f"{field} >= {low} and {field} <= {high}"


def every(*expressions: str) -> str:
    """Join expressions with `and`; blank ones are left out."""
    return " and ".join(f"({expression})" for expression in expressions if expression)


def either(*expressions: str) -> str:
    """Join expressions with `or`; blank ones are left out. 2.5.1 fails at 49 of them; see `ALTERNATIVES`."""
    return " or ".join(f"({expression})" for expression in expressions if expression)


def batches(values: Iterable[str]) -> Iterator[list[str]]:
    """Cut `values` into lists that fit `one_of`, in order."""
    batch: list[str] = []
    for value in values:
        batch.append(value)
        if len(batch) == LIST_LIMIT:
            yield batch
            batch = []
    if batch:
        yield batch
