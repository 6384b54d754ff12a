"""What a page shows by other means than its text: ticked boxes, numbers of lists, addresses of bookmarks, formulas.

Exports of notes, of tasks and of bookmarks consist of little else.
"""

import re

from bs4 import BeautifulSoup, Doctype
from bs4.element import NavigableString, Tag

from ingest.load.whole import whole
from ingest.load.word.numbers import written
from qa.lazy_regex import lazy_regex

# Programs export their boxes as elements without text.
_TICKED = lazy_regex(r"checkbox-on|(?:^|-)checked$")
_BOX = lazy_regex(r"^(?:checkbox|checkbox-(?:on|off))$")
_LABEL = "selected-value"
_BOOKMARKS = "netscape-bookmark-file"
_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_UNNUMBERED = lazy_regex(r"list-style(?:-type)?\s*:[^;]*\bnone\b", re.IGNORECASE)
_MOST_DIGITS = 9
_NUMBER = "footnote-number"
_ADDRESS = lazy_regex(r"(?:https?|ftp|file)://", re.IGNORECASE)


def write_out(soup: BeautifulSoup) -> None:
    """Write as text what a page shows otherwise, and take out formulas that are drawn beside what says them."""
    _formulas_once(soup)
    _boxes(soup)
    _numbers(soup)
    for tag in soup.find_all(class_=_LABEL):
        if isinstance(before := tag.previous_sibling, Tag) and _LABEL in before.get_attribute_list("class"):
            tag.insert_before(", ")
    if any(isinstance(one, Doctype) and one.lower().startswith(_BOOKMARKS) for one in soup.contents):
        for link in soup.find_all("a", href=_ADDRESS):
            link.insert_after(f" {link['href']}")


def _boxes(soup: BeautifulSoup) -> None:
    """Write boxes of lists of tasks and of exports as those of forms are in other files."""
    for box in soup.find_all("input", type="checkbox"):
        # Elsewhere it is a control, of the page and not of its text.
        if (box.find_parent("li") or box.has_attr("disabled")) and not box.find_parent("form"):
            box.replace_with(_box(ticked=box.has_attr("checked")))
    for box in soup.find_all(class_=_BOX):
        if not box.get_text(strip=True) and box.name not in ("input", "label") and not box.find("input"):
            box.replace_with(_box(ticked=any(map(_TICKED.search, box.get_attribute_list("class")))))
    for box in soup.find_all(role="checkbox"):
        if not box.get_text(strip=True) and box.name not in ("input", "button"):
            box.replace_with(_box(ticked=box.get("aria-checked") == "true"))


def _box(*, ticked: bool) -> NavigableString:
    return NavigableString("[x] " if ticked else "[ ] ")


def _formulas_once(soup: BeautifulSoup) -> None:
    """Keep of a formula what says it, and not also its signs as they are drawn."""
    if soup.find("math") is None:
        return
    for drawn in soup.find_all(True, {"aria-hidden": "true"}):
        # Right beside it alone: pages have thousands of signs that are hidden from readers.
        beside = [one for one in (drawn.previous_sibling, drawn.next_sibling) if isinstance(one, Tag)]
        inline = drawn.parent is not None and drawn.parent.name in ("span", "mjx-container")
        if inline and not drawn.find("math") and any(one.name == "math" or one.find("math") for one in beside):
            drawn.decompose()


def number(item: Tag) -> str:
    """Return the number that a browser shows in front of an item of a list, "" for a dot or none."""
    return str(item.get(_NUMBER) or "")


def _numbers(soup: BeautifulSoup) -> None:
    """Note with each item of a list its number, so that a long list is counted once."""
    for listed in soup.find_all("ol"):
        if _UNNUMBERED.search(str(listed.get("style") or "")):
            continue
        items = listed.find_all("li", recursive=False)
        step = -1 if listed.has_attr("reversed") else 1
        at = _whole(listed.get("start"), len(items) if step < 0 else 1)
        form = _FORMS.get(str(listed.get("type") or ""), "decimal")
        for item in items:
            at = _whole(item.get("value"), at)
            item[_NUMBER] = f"{written(at, form)}."
            at += step


def _whole(value: object, otherwise: int) -> int:
    text = str(value or "").strip()
    return whole(text, otherwise) if len(text) < _MOST_DIGITS else otherwise
