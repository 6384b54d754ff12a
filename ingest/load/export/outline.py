"""Exports of note-taking programs that keep an outline in JSON: Roam Research and Logseq."""

from collections.abc import Iterator, Sequence
from typing import Any

from ingest.load.build import TextBuilder, one_line
from ingest.load.markdown_unseen import without_struck
from qa.lazy_regex import lazy_regex

_MOST_LEVELS = 100
_MOST_REFERRED = 500  # characters of a line that others refer to
# What such programs write within a line: boxes of tasks, references to other lines and to pages, marked words.
_BOX = lazy_regex(r"\{\{\s*(?:\[\[)?(TODO|DONE)(?:\]\])?\s*\}\}|^(TODO|DONE)(?=\s)")
_REFERENCE = lazy_regex(r"\(\(([\w-]{6,40})\)\)")
_PAGE = lazy_regex(r"#?\[\[([^\[\]\n]{1,300})\]\]")
_FIELD = lazy_regex(r"^([^:\n]{1,80})::(?=\s|$)")
_MARKED = lazy_regex(r"\^\^([^^\n]{1,500})\^\^")


def pages_of(value: Any) -> Sequence[dict[str, Any]]:
    """Return the pages of such an export, none of another one."""
    found = value.get("blocks") if isinstance(value, dict) else value
    if not isinstance(found, list) or not all(isinstance(page, dict) and _title(page) for page in found):
        return ()
    return found if any(_said(one) for page in found for one in _below(page)) else ()


def add(built: TextBuilder, pages: Sequence[dict[str, Any]]) -> None:
    """Add each page under its title, its lines as items of a list."""
    known = {
        str(one.get("uid") or one.get("id") or ""): _said(one)[:_MOST_REFERRED] for p in pages for one in _lines(p)
    }
    for page in pages:
        built.heading(1, _title(page))
        for one in _lines(page):
            if said := _plain(_said(one), known):
                built.item(said)


def _lines(page: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what stands below a page, in the order of reading."""
    waiting = [iter(_below(page))]
    while waiting:
        one = next(waiting[-1], None)
        if one is None:
            waiting.pop()
            continue
        yield one
        if len(waiting) < _MOST_LEVELS:
            waiting.append(iter(_below(one)))


def _below(one: dict[str, Any]) -> list[dict[str, Any]]:
    held = one.get("children")
    return [child for child in held if isinstance(child, dict)] if isinstance(held, list) else []


def _title(page: dict[str, Any]) -> str:
    title = page.get("title", page.get("page-name"))
    return one_line(title) if isinstance(title, str) else ""


def _said(one: dict[str, Any]) -> str:
    said = one.get("string", one.get("content"))
    return said if isinstance(said, str) else ""


def _plain(said: str, known: dict[str, str]) -> str:
    # A line that is referred to may refer to others; one step is enough to read it.
    said = _REFERENCE.sub(lambda match: known.get(match[1]) or match[0], said)
    said = _BOX.sub(lambda match: "[x]" if "DONE" in match[0] else "[ ]", said)
    said = _MARKED.sub(r"\1", _FIELD.sub(r"\1:", said))
    # Names of pages stand within one another.
    for _ in range(3):
        said = _PAGE.sub(r"\1", said)
    return one_line(without_struck(said))
