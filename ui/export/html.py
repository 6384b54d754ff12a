"""A conversation as one web page that needs nothing else: it holds no script, and fetches nothing."""

from collections.abc import Sequence

from qa.database.exchanges import Exchange
from ui.chat import render
from ui.chat.limiting import in_words, said
from ui.conversation.save import is_said_by
from ui.export.unanswered import why
from ui.web.escape import escape
from ui.web.language import current
from ui.web.style import STYLE

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'">
<title>{title}</title>
{style}
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }}
h1, h2 {{ overflow-wrap: anywhere; }}
h1 {{ font-size: 1.75rem; }}
h2 {{ font-size: 1.375rem; margin: 2.5rem 0 .75rem; }}
</style>
</head>
<body>
<main>
<h1 dir="auto">{title}</h1>
{body}
</main>
</body>
</html>
"""


def as_html(title: str, exchanges: Sequence[Exchange]) -> bytes:
    """Return the page; its footnotes open as they do in the chat."""
    parts = []
    for number, exchange in enumerate(exchanges, 1):
        if not is_said_by(title, [item.question for item in exchanges]):
            parts.append(f'<h2 dir="auto">{escape(exchange.question)}</h2>')
        if exchange.answer:
            answer = in_words(exchange.answer, exchange.limits)
            parts.append(render.answer(answer, number, is_stopped=exchange.state == "stopped"))
        else:
            parts.append(render.limited(said(exchange.limits)) + render.unanswered(exchange.text, why(exchange)))
    page = _PAGE.format(language=escape(current()), title=escape(title), style=STYLE, body="\n".join(parts))
    return page.encode("utf-8", "xmlcharrefreplace")
