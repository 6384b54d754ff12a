"""What the check says of an answer's sentences, in plain words: one line, and behind it the rest. Pure functions."""

from collections import Counter
from collections.abc import Iterator

from qa.answering.quoting.quote import EXTRACTIVE
from qa.types import Answer, Statement
from ui.chat.doubts import doubt
from ui.reading import links, lookup
from ui.rich_text import shown
from ui.web.escape import escape
from ui.web.language import t, t_many

_QUOTE_CHARACTERS = 90
# Each verdict is told by a line of its own kind and a sign of its own: colour alone tells nothing.
_KINDS = {"contradicted": "fn-wrong", "partly supported": "fn-partly", "without citation": "fn-bare"}
_SIGNS = {"contradicted": "≠", "partly supported": "≈", "without citation": "∅"}
_UNCITED_ROUTES = ("collection", "across", "table")


def is_written(answer: Answer) -> bool:
    """Tell whether a model wrote an answer's text, which is Markdown then; a quotation is no Markdown."""
    return answer.model != EXTRACTIVE


def kind(statement: Statement) -> str:
    """Return the name under which the style sheet has the look of a doubtful sentence."""
    return _KINDS.get(statement.support, "fn-lost")


def words(statement: Statement) -> str:
    """Return the verdict on a doubtful sentence in a few words."""
    match statement.support:
        case "contradicted":
            return t("the passage says otherwise")
        case "partly supported":
            return t("only partly supported")
        case "without citation":
            return t("no footnote")
    return t("not supported")


def sign(statement: Statement, target: str) -> str:
    """Return the sign behind a doubtful sentence; it leads to what is said about it."""
    label = escape(f"{words(statement)}: {doubt(statement.problem)}")
    return (
        f'<a class="fn-sign {kind(statement)}" href="#{target}" title="{label}" aria-label="{label}">'
        f"{_SIGNS.get(statement.support, '?')}</a>"
    )


def summary(answer: Answer, turn: int, exchange: str = "", *, is_stopped: bool = False) -> str:
    """Return one line on an answer that opens to what is doubtful about it; "" where there is nothing to say.

    Under the id of its `exchange` the sources can be read; "" where nobody serves them, as in a file of its own.
    `is_stopped` tells that the user stopped it, and that the page says so.
    """
    line = headline(answer, is_stopped=is_stopped)
    details = "".join(_details(answer, turn, exchange, is_stopped=is_stopped))
    if not line:
        return ""
    doubtful = " fn-doubtful" if has_doubts(answer) else ""
    if not details:
        return f'<p class="fn-summary">{escape(line)}</p>'
    return (
        f'<details class="fn-summary{doubtful}"><summary>{escape(line)}</summary><ul class="fn-doubts">{details}</ul>'
        "</details>"
    )


def says_stopped(answer: Answer) -> bool:
    """Tell whether the note of an answer says already that it is not complete, since it was stopped."""
    return answer.note.startswith(t("Stopped before the answer was complete."))


def headline(answer: Answer, *, is_stopped: bool = False) -> str:
    """Return the one line: how many sentences the passages support, and what else must be known of the whole."""
    parts = [t("Incomplete")] if not (answer.complete or is_stopped) else []
    total = len(answer.statements)
    supported = sum(not statement.problem for statement in answer.statements)
    if answer.model == EXTRACTIVE and total == supported:
        pass  # a quotation is its passage
    elif total and supported == total:
        parts.append(t_many("The sentence is supported", "All {n} sentences supported", total))
    elif total:
        parts.append(t_many("{m} of {n} sentence supported", "{m} of {n} sentences supported", total, m=supported))
        told = Counter(statement.support for statement in answer.statements if statement.problem)
        if told["contradicted"]:
            parts.append(t("{n} contradicted", n=told["contradicted"]))
    if is_bare(answer):
        parts.append(t("No footnotes"))
    if answer.dropped_markers:
        parts.append(t_many("{n} footnote removed", "{n} footnotes removed", answer.dropped_markers))
    if any(statement.opinion for statement in answer.statements):
        parts.append(t("A second opinion"))
    return " · ".join(parts)


def in_quotes(words: str) -> str:
    """Return words of a document or a person between the quote marks of the visitor's language."""
    return t("“{words}”", words=words)


def in_line(answer: Answer, statement: Statement) -> str:
    """Return what the check says against a sentence in one line of text."""
    said = shown(statement.text) if is_written(answer) else statement.text
    return f"{in_quotes(said)}: {words(statement)}. {_sentence(doubt(statement.problem))}"


def quoted(words: str) -> str:
    """Return words of a document or a person as HTML, between the quote marks of the visitor's language."""
    before, _, after = in_quotes("\0").partition("\0")
    return f"{escape(before)}<bdi>{escape(words)}</bdi>{escape(after)}"


def has_doubts(answer: Answer) -> bool:
    """Tell whether something speaks against an answer or a part of it."""
    return bool(
        not answer.complete
        or answer.dropped_markers
        or is_bare(answer)
        or any(statement.problem or statement.opinion for statement in answer.statements)
    )


def is_bare(answer: Answer) -> bool:
    """Tell whether nothing is cited for an answer that should rest on passages."""
    # A footnote stands at a sentence's end, and one that broke off inside its first has none.
    has_ended = answer.complete or bool(answer.statements)
    # That no document holds what was asked for rests on all of them.
    return has_ended and answer.found and not answer.citations and answer.route not in _UNCITED_ROUTES


def _details(answer: Answer, turn: int, exchange: str, *, is_stopped: bool) -> Iterator[str]:
    # Mostly the note says why as well.
    if not (answer.complete or answer.note or is_stopped):
        yield f"<li>{escape(t('Incomplete: the answer broke off here.'))}</li>"
    for index, statement in enumerate(answer.statements):
        if not (statement.problem or statement.opinion):
            continue
        said = shown(statement.text) if is_written(answer) else statement.text
        quote = quoted(_shortened(said))
        if statement.problem:
            yield (
                f'<li class="{kind(statement)}" id="doubt-{turn}-{index}"><span class="fn-sign" aria-hidden="true">'
                f"{_SIGNS.get(statement.support, '?')}</span> {quote}: <b>{escape(words(statement))}</b>. "
                f"{escape(_sentence(doubt(statement.problem)))}{_against(answer, statement, turn, exchange)}</li>"
            )
        if statement.moved_from and not statement.problem:
            was, now = (", ".join(map(str, each)) for each in (statement.moved_from, statement.citations))
            moved = t("the footnote was moved from {was} to {now}, which supports it", was=was, now=now)
            yield f"<li>{quote}: {escape(moved)}.</li>"
        if statement.opinion:
            opinion = escape(_sentence(doubt(statement.opinion)))
            yield f"<li>{quote}: <b>{escape(t('a second opinion'))}</b>. {opinion}</li>"
    if answer.dropped_markers:
        removed = t_many(
            "{n} footnote was removed: it led to no passage.",
            "{n} footnotes were removed: they led to no passage.",
            answer.dropped_markers,
        )
        yield f"<li>{escape(removed)}</li>"
    if is_bare(answer):
        yield f"<li>{escape(t('This answer has no footnotes: nothing in your documents is cited for it.'))}</li>"


def _against(answer: Answer, statement: Statement, turn: int, exchange: str) -> str:
    """Link to the words of passages that speak against a sentence; they open where the sources can be read."""
    found = [""]
    for number in dict.fromkeys(place.number for place in statement.against):
        opens = f'href="#fn-{turn}-{number}-against"'
        if exchange:
            address = links.cited(exchange, number, mark=lookup.mark_against(answer, statement, number))
            opens = f'href="{escape(address)}" target="_blank"'
        label = escape(t("footnote {n}", n=number))
        found.append(f'<a class="fn-ref" {opens} aria-label="{label}">{number}</a>')
    return " ".join(found)


def _shortened(text: str) -> str:
    return text[: _QUOTE_CHARACTERS - 1] + "…" if len(text) > _QUOTE_CHARACTERS else text


def _sentence(text: str) -> str:
    """Return a reason as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
