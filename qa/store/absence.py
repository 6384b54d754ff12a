"""What is said where there is no collection of a name, and how that is told from other errors."""

from collections.abc import Sequence

_MOST_NAMED = 5


def absent(name: str, others: Sequence[str] = ()) -> str:
    """Return what is said where a collection was never made, and none of the others is called nearly the same."""
    named = ", ".join(others[:_MOST_NAMED]) + (" …" if len(others) > _MOST_NAMED else "")
    return f"{_begun(name)} make it with: footnote ingest PATH, or " + (
        f"name one that is there with --collection: {named}" if others else "try Footnote out with: footnote sample"
    )


def absent_elsewhere(name: str, others: Sequence[str] = ()) -> str:
    """Return the same for a program, which names a collection otherwise and can run no command."""
    named = ", ".join(others[:_MOST_NAMED]) + (" …" if len(others) > _MOST_NAMED else "")
    return f"{_begun(name)} there are: {named}" if others else f"{_begun(name)} there is none at all"


def is_absent(error: str, name: str) -> bool:
    """Tell whether this is what `absent` says of a collection."""
    return error.startswith(_begun(name))


def _begun(name: str) -> str:
    return f'there is no collection "{name}" yet;'
