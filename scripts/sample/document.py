"""Reads the Markdown sources of the sample documents into a list of simple blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

BlockKind = Literal["heading", "text", "bullets", "steps", "table", "newpage"]

_HEADING = re.compile(r"(#{1,4}) (.+)")
_BULLET = re.compile(r"- (.+)")
_STEP = re.compile(r"\d+\. (.+)")
_RULE_CELL = re.compile(r":?-{3,}:?")


@dataclass
class Block:
    """One block of a source: a heading, a paragraph, a list, a table or a page break."""

    kind: BlockKind
    text: str = ""
    level: int = 0
    items: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class Document:
    """A parsed source: its front matter and its blocks."""

    out: str
    title: str
    subtitle: str
    number: str
    revision: str
    author: str
    organisation: str
    lang: str
    created: datetime
    blocks: list[Block]


def read_document(path: Path) -> Document:
    """Parse the source file at `path`."""
    head, body = _split_front_matter(path.read_text(encoding="utf-8"), path)
    return Document(
        out=head["out"],
        title=head["title"],
        subtitle=head["subtitle"],
        number=head["number"],
        revision=head["revision"],
        author=head["author"],
        organisation=head["organisation"],
        lang=head["lang"],
        created=datetime.fromisoformat(head["date"]).replace(hour=9, tzinfo=UTC),
        blocks=parse_blocks(body),
    )


def parse_blocks(body: str) -> list[Block]:
    """Split the body of a source into blocks; one paragraph is one line."""
    blocks: list[Block] = []
    for line in body.splitlines():
        line = line.strip()
        if line:
            _add_line(blocks, line)
    return blocks


def _split_front_matter(text: str, path: Path) -> tuple[dict[str, str], str]:
    parts = text.split("---\n", 2)
    if len(parts) != 3 or parts[0]:
        raise ValueError(f"{path}: the file has to begin with a front matter between two lines '---'")
    head = dict(line.split(": ", 1) for line in parts[1].splitlines() if line.strip())
    return head, parts[2]


def _add_line(blocks: list[Block], line: str) -> None:
    last = blocks[-1] if blocks else None
    if line == "\\newpage":
        blocks.append(Block("newpage"))
    elif heading := _HEADING.fullmatch(line):
        blocks.append(Block("heading", text=heading[2], level=len(heading[1])))
    elif bullet := _BULLET.fullmatch(line):
        _add_item(blocks, last, "bullets", bullet[1])
    elif step := _STEP.fullmatch(line):
        _add_item(blocks, last, "steps", step[1])
    elif line.startswith("|"):
        _add_row(blocks, last, [cell.strip() for cell in line.strip("|").split("|")])
    else:
        blocks.append(Block("text", text=line))


def _add_item(blocks: list[Block], last: Block | None, kind: BlockKind, text: str) -> None:
    if last is None or last.kind != kind:
        last = Block(kind)
        blocks.append(last)
    last.items.append(text)


def _add_row(blocks: list[Block], last: Block | None, cells: list[str]) -> None:
    if all(_RULE_CELL.fullmatch(cell) for cell in cells):
        return
    if last is None or last.kind != "table":
        last = Block("table")
        blocks.append(last)
    last.rows.append(cells)
