"""SmartArt: the words in its boxes, in their order, each with what it hangs below."""

from collections.abc import Iterator
from typing import Any

from ingest.load.build import TextBuilder, one_line
from ingest.load.whole import whole

IDS = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
"""The element that refers to a diagram's parts."""
DATA = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"
"""Its attribute for the part of the words."""
_MOST_POINTS = 10_000
# Of the drawing alone: how boxes are joined and looked at.
_NO_BOX = {"parTrans", "sibTrans", "pres"}


def add_diagram(built: TextBuilder, root: Any) -> None:
    """Add what a diagram's data part says, an item for each box.

    Args:
        built: What the text is added to.
        root: The root of that part.
    """
    for said in lines(root):
        built.item(said)


def lines(root: Any) -> list[str]:
    """Return what a diagram says, a line for each box, with the one that it hangs below."""
    return [f"{above} > {said}" if above else said for above, said in _boxes(root)]


def _boxes(root: Any) -> Iterator[tuple[str, str]]:
    points: dict[str, str] = {}
    for point in root.iterfind("./{*}ptLst/{*}pt"):
        if point.get("type", "node") not in _NO_BOX and len(points) < _MOST_POINTS:
            points[point.get("modelId")] = one_line(" ".join("".join(p.itertext("{*}t")) for p in point.iter("{*}p")))
    below: dict[str, list[tuple[int, str]]] = {}
    inner = set()
    for link in root.iterfind("./{*}cxnLst/{*}cxn"):
        source, target, order = link.get("srcId"), link.get("destId"), link.get("srcOrd") or "0"
        if link.get("type", "parOf") == "parOf" and source in points and target in points:
            below.setdefault(source, []).append((whole(order), target))
            inner.add(target)
    seen: set[str] = set()
    # At the end what hangs below itself, in a file that is damaged.
    roots = [*(one for one in points if one not in inner), *(one for one in points if one in inner)]
    stack = [("", one) for one in reversed(roots)]
    while stack:
        above, one = stack.pop()
        if one in seen:
            continue
        seen.add(one)
        if said := points[one]:
            yield above, said
        stack += [(said, target) for _, target in sorted(below.get(one, ()), reverse=True)]
