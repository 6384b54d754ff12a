"""What is struck out on an HTML page: a price in `<s>`, words in `<del>`, what a style draws a line through."""

from collections.abc import Mapping, Sequence

from bs4 import BeautifulSoup
from bs4.element import Tag

from ingest.load.unseen import STRUCK, TICKED, left_out

_STRIKES = ("s", "strike", "del")
_BLOCKS = ("p", "div", "table", "ul", "ol", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6")
# What a task is written in.
_TASKS = ("li", "p", "div", "label", "td")
# What holds a place: without its cell a row would move to the left, without its item a list would count otherwise.
_PLACES = ("td", "th", "li")
_AS_ABOVE = ("", "unknown", "inherit", "initial", "unset", "revert")


def is_struck(name: str, said: Mapping[str, str]) -> bool:
    """Tell whether an element of this name, with these declarations, has a line drawn through its text."""
    line = said.get("text-decoration-line") or said.get("text-decoration", "")
    return "line-through" in line or (name in _STRIKES and line in _AS_ABOVE)


def remove_struck(soup: BeautifulSoup, found: Sequence[Tag]) -> None:
    """Take struck-out elements out of a page, and note them; tasks that are ticked as done stay."""
    for tag in found:
        if tag.decomposed or _is_ticked(tag) or _is_unclosed(soup, tag):
            continue
        left_out(tag.get_text(" "), STRUCK)
        take_out(tag)


def take_out(tag: Tag) -> None:
    """Take an element out of a page; a cell and an item of a list stay, empty, at their place."""
    if tag.name in _PLACES:
        tag.clear(decompose=True)
    else:
        tag.decompose()


def _is_ticked(tag: Tag) -> bool:
    block = tag if tag.name in _TASKS else tag.find_parent(_TASKS)
    if block is None:
        return False
    box = block.find("input", type="checkbox") or block.find(role="checkbox")
    if isinstance(box, Tag):
        return box.has_attr("checked") or box.get("aria-checked") == "true"
    return bool(TICKED.match(block.get_text()))


def _is_unclosed(soup: BeautifulSoup, tag: Tag) -> bool:
    """Tell whether an element for some words holds most of a page: nobody wrote where it ends."""
    return (
        tag.name in _STRIKES
        and tag.find(_BLOCKS) is not None
        and 2 * len(tag.get_text(strip=True)) > len(soup.get_text(strip=True))
    )
