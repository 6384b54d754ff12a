"""The comments that people wrote on a slide, in the form of today and in that before 2021."""

from collections.abc import Iterator
from typing import Any

from ingest.load import markup
from ingest.load.build import one_line
from ingest.load.unseen import incomplete
from qa.errors import LoadError

_COMMENTS, _AUTHORS = "/comments", ("/commentAuthors", "/authors")


def comments(slide: Any) -> Iterator[str]:
    """Yield the comments on a slide and the answers to them, each with its author."""
    for root in _parts(slide.part, (_COMMENTS,)):
        authors = _authors(slide) if len(root) else {}
        for comment in root.iter("{*}cm", "{*}reply"):
            # An answer stands within the comment, behind the comment's own text.
            own = comment.find("{*}text")
            own = comment.find("{*}txBody") if own is None else own
            said = one_line(" ".join(own.itertext())) if own is not None else ""
            author = authors.get(comment.get("authorId") or "", "")
            if said:
                yield f"[Comment by {author}: {said}]" if author else f"[Comment: {said}]"


def _authors(slide: Any) -> dict[str, str]:
    deck = slide.part.package.presentation_part
    return {
        one.get("id") or "": one_line(one.get("name") or "")
        for root in _parts(deck, _AUTHORS)
        for one in root.iter("{*}cmAuthor", "{*}author")
    }


def _parts(part: Any, kinds: tuple[str, ...]) -> Iterator[Any]:
    for relation in part.rels.values():
        if relation.is_external or not relation.reltype.endswith(kinds):
            continue
        try:
            yield markup.parse(relation.target_part.blob, "")
        except LoadError:
            incomplete("without the comments on a slide, which are damaged")
