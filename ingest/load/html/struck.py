"""What is struck out on an HTML page: a price in `<s>`, words in `<del>`, what a style draws a line through."""

from collections.abc import Mapping, Sequence

from bs4 import BeautifulSoup
from bs4.element import Tag

from ingest.load.unseen import STRUCK, is_all, is_done, left_out

_STRIKES = ("s", "strike", "del")
_BLOCKS = ("p", "div", "table", "ul", "ol", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6")
# What a task is written in.
_TASKS = ("li", "p", "div", "label", "td")
# What holds a place: without its cell a row would move to the left, without its item a list would count otherwise.
_PLACES = ("td", "th", "li")
# In a task they hold its words, and its box may stand beside them.
_WITHIN_TASKS = ("p", "label")
_AS_ABOVE = ("", "unknown", "inherit", "initial", "unset", "revert")


def is_struck(name: str, said: Mapping[str, str]) -> bool:
    """Tell whether an element of this name, with these declarations, has a line drawn through its text."""
    line = said.get("text-decoration-line") or said.get("text-decoration", "")
    return "line-through" in line or (name in _STRIKES and line in _AS_ABOVE)


def remove_struck(soup: BeautifulSoup, found: Sequence[Tag]) -> None:
    """Take struck-out elements out of a page, and note them; tasks that are ticked as done stay."""
    tasks = _Tasks(found)
    for tag in [one for one in found if not tasks.is_done(one)]:
        if tag.decomposed or _is_unclosed(soup, tag):
            continue
        left_out(tag.get_text(" "), STRUCK)
        take_out(tag)


def take_out(tag: Tag) -> None:
    """Take an element out of a page; a cell and an item of a list stay, empty, at their place."""
    if tag.name in _PLACES:
        tag.clear(decompose=True)
    else:
        tag.decompose()


class _Tasks:
    """The tasks that struck-out elements stand in; of each block it is found out once whether it is done."""

    def __init__(self, struck: Sequence[Tag]) -> None:
        self._struck = {id(tag) for tag in struck}
        self._known: dict[int, bool | None] = {}

    def is_done(self, tag: Tag) -> bool:
        blocks = [tag, *tag.parents] if tag.name in _TASKS else tag.parents
        for block in blocks:
            if block.name not in _TASKS:
                continue
            if id(block) not in self._known:
                self._known[id(block)] = self._ticked(block)
            said = self._known[id(block)]
            if said is not None or block.name not in _WITHIN_TASKS:
                return bool(said)
        return False

    def _ticked(self, block: Tag) -> bool | None:
        """Tell whether a block is a task that is ticked and all struck out; None where the one around it may be."""
        struck, said = self._text(block), block.get_text()
        if is_done(said, struck):
            return True
        if not is_all(struck, said):
            return False
        box = block.find("input", type="checkbox") or block.find(role="checkbox")
        return box.has_attr("checked") or box.get("aria-checked") == "true" if isinstance(box, Tag) else None

    def _text(self, block: Tag) -> str:
        """Return what is struck out in a block."""
        said, stack = "", [block]
        while stack:
            tag = stack.pop()
            if id(tag) in self._struck:
                said += tag.get_text()
            else:
                stack += [child for child in tag.children if isinstance(child, Tag)]
        return said


def _is_unclosed(soup: BeautifulSoup, tag: Tag) -> bool:
    """Tell whether an element for some words holds most of a page: nobody wrote where it ends."""
    return (
        tag.name in _STRIKES
        and tag.find(_BLOCKS) is not None
        and 2 * len(tag.get_text(strip=True)) > len(soup.get_text(strip=True))
    )
