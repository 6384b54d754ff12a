"""Whether a collection was made with what is asked for: with other models its vectors say nothing."""

from dataclasses import asdict

from qa.errors import CollectionMismatchError
from qa.store.records import IndexSettings


def check_settings(name: str, *, stored: IndexSettings, asked: IndexSettings) -> None:
    """Compare what a collection was made with to what is asked for.

    Raises:
        CollectionMismatchError: They differ; the message names the first difference and both ways out.
    """
    for field, was in asdict(stored).items():
        wanted = getattr(asked, field)
        if was != wanted:
            raise CollectionMismatchError(
                f'collection "{name}" was made with {field} {was}, not {wanted}; '
                f"set {field} back, or ingest into another collection with --collection"
            )
