"""Exports of Evernote (.enex): many notes in one file, each a page of its own, with the files that were put into it."""

import base64
import binascii
import html
import re
from collections.abc import Iterable, Iterator
from typing import Any

from ingest.load.build import one_line
from ingest.load.file import File
from ingest.load.markup import name
from ingest.load.parts import MAX_PART_BYTES, Budget, Namer, Parts
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document

_TIME = lazy_regex(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z")
_PROLOG = lazy_regex(r"\s*(?:<\?xml[^>]*\?>|<!DOCTYPE[^>]*>)\s*")
# None of these looks further than to where the next one may begin.
_CRYPT = lazy_regex(r"<en-crypt\b[^<>]*>(?:(?!<en-crypt\b).)*?</en-crypt>", re.DOTALL)
_TODO = lazy_regex(r"<en-todo\b([^<>]*?)/?>(?:</en-todo>)?")
_CHECKED = lazy_regex(r"<li\b[^<>]*--en-checked:\s*(true|false)[^<>]*>(?:\s*<div[^<>]*>)?")
# What stands in a note for a group of tasks: a box that says that they are not supported.
_TASKS = lazy_regex(
    r"<div\b[^<>]*--en-task-group:\s*true[^<>]*--en-id:\s*([\w-]+)[^<>]*>(?:(?!--en-task-group).)*?</div>\s*</div>",
    re.DOTALL,
)
_ENDINGS = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "text/plain": "txt",
    "text/html": "html",
}


def load(file: File, media_type: str) -> Document:
    """Return the export itself, which has no text of its own."""
    return Document(source=file.source, title=file.stem, text="", media_type=media_type)


def parts(file: File, budget: Budget) -> Parts:
    """Yield the notes, named by their titles, each followed by its files.

    What a note encrypts is left out, which is told.
    """
    namer = Namer(file)
    found = False
    for note in _notes(file):
        found = True
        budget.count(file.source)
        title = _said(note, "title") or "note"
        source = namer.source(f"{title}.html")
        content = _said(note, "content", whole=True)
        yield File(source, f"{title.replace('/', ' ')}.html", _page(title, note, _CRYPT.sub(" ", content)).encode())
        if _CRYPT.search(content):
            yield LoadError(f"{source}!/encrypted", "is encrypted; decrypt it in Evernote and export the note again")
        for number, resource in enumerate(note.iterchildren("{*}resource"), start=1):
            budget.count(file.source)
            yield _resource(resource, title, number, namer)
    if not found:
        raise LoadError(file.source, "holds no notes; export them again")


def _notes(file: File) -> Iterator[Any]:
    """Yield the notes one at a time; entities that the file defines stay out of them."""
    from lxml import etree

    with file.open() as stream:
        reading = etree.iterparse(
            stream, tag="{*}note", resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=True
        )
        try:
            for _, note in reading:
                yield note
                note.clear()
                while note.getprevious() is not None:
                    del note.getparent()[0]
        except etree.XMLSyntaxError as error:
            raise LoadError(file.source, "is damaged; export it again") from error


def _page(title: str, note: Any, content: str) -> str:
    """Return a note as a page that says who wrote it and when."""
    moment = _TIME.fullmatch(_said(note, "updated") or _said(note, "created"))
    about = {
        "author": next((one_line(one.text or "") for one in note.iter("{*}author")), ""),
        "dcterms.modified": "{}-{}-{}T{}:{}:{}Z".format(*moment.groups()) if moment else "",
    }
    head = "".join(
        f'<meta name="{key}" content="{html.escape(value, quote=True)}">' for key, value in about.items() if value
    )
    body = _TODO.sub(lambda box: "[x] " if "true" in box[1] else "[ ] ", content)
    body = _CHECKED.sub(lambda item: f"<li>{'[x]' if item[1] == 'true' else '[ ]'} ", body)
    groups = _tasks(note)
    body = _TASKS.sub(
        lambda at: "".join(f"<p>{html.escape(task)}</p>" for task in groups.pop(at[1], ())) or at[0], body
    )
    tags = ", ".join(one_line(tag.text or "") for tag in note.iterchildren("{*}tag"))
    link = next((one_line(one.text or "") for one in note.iter("{*}source-url")), "")
    body += _paragraphs(task for of_group in groups.values() for task in of_group)
    lines = "".join(
        f"<p>{label}: {html.escape(said)}</p>" for label, said in (("Tags", tags), ("Source", link)) if said
    )
    return (
        f'<html><head><meta charset="utf-8"><title>{html.escape(title)}</title>{head}</head>'
        f"<body><h1>{html.escape(title)}</h1>{_without_prolog(body)}{lines}</body></html>"
    )


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines)


def _tasks(note: Any) -> dict[str, list[str]]:
    """Return the tasks of a note by the group that stands for them in its text: "[ ] Call the bank, due 2026-03-02"."""
    found: dict[str, list[str]] = {}
    for task in sorted(note.iterchildren("{*}task"), key=lambda one: _said(one, "sortWeight")):
        if title := _said(task, "title"):
            due = _TIME.fullmatch(_said(task, "dueDate"))
            box = "x" if _said(task, "taskStatus") == "completed" else " "
            said = f"[{box}] {title}" + (f", due {due[1]}-{due[2]}-{due[3]}" if due else "")
            found.setdefault(_said(task, "taskGroupNoteLevelID"), []).append(said)
    return found


def _without_prolog(content: str) -> str:
    while prolog := _PROLOG.match(content):
        content = content[prolog.end() :]
    return content


def _resource(resource: Any, title: str, number: int, namer: Namer) -> File | LoadError:
    """Return a file that was put into a note."""
    kind = _said(resource, "mime")
    named = next((one_line(one.text or "") for one in resource.iter("{*}file-name")), "")
    named = named or f"{title} {number}.{_ENDINGS.get(kind, 'bin')}"
    source = namer.source(named)
    try:
        data = base64.b64decode(_said(resource, "data", whole=True), validate=False)
    except (binascii.Error, ValueError):
        return LoadError(source, "is damaged; export the note again")
    if len(data) > MAX_PART_BYTES:
        return LoadError(source, f"is larger than {MAX_PART_BYTES >> 20} MiB; save it as a file of its own")
    return File(source, named.replace("\\", "/").rpartition("/")[2], data)


def _said(element: Any, kind: str, *, whole: bool = False) -> str:
    """Return what an element's child of a kind says, on one line unless it is wanted whole; "" without one."""
    said = next((one.text or "" for one in element if name(one) == kind), "")
    return said if whole else one_line(said)
