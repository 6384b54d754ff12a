"""Questions across documents or things: each is looked for by itself, and a table has a footnote in every cell."""

import re
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from functools import partial

from qa.answering.events import Event, Finished, PassagesFound, Progress, TextPiece
from qa.answering.quoting.quote import EXTRACTIVE
from qa.answering.routes.footnotes import Footnotes, marked, one_line, put_together
from qa.answering.routes.holdings.genres import singular
from qa.answering.routes.holdings.mentions import first_chunks
from qa.answering.routes.one_document.document import only
from qa.answering.routes.one_document.sections import Telling, candidates, sections, sentences
from qa.answering.routes.route import Asked, Parts
from qa.answering.routes.side_by_side.all_values import all_values, sort_called
from qa.answering.routes.side_by_side.cells import LEAST_SHARE, Found, quoted, respelled, written
from qa.answering.routes.side_by_side.ranked import ranked
from qa.answering.routes.side_by_side.ranking_words import Ranking, ranking_of
from qa.answering.routes.side_by_side.same_fields import same_fields
from qa.answering.routes.side_by_side.sides import LEAST_NAMED, MOST_ITEMS, Item, Plan, called, plan_of
from qa.answering.routes.side_by_side.verdict import in_order, verdict
from qa.answering.routes.stated.stated import Stated
from qa.answering.routes.stated.stating import named_by, within_reach
from qa.answering.saying.corrections import corrected
from qa.answering.saying.phrases import Phrases, phrases
from qa.lazy_regex import lazy_regex
from qa.store.records import RegisterRow
from qa.store.where import Filter
from qa.text.periods import DAY
from qa.text.quantities import holds_wanted, wanted
from qa.types import Answer, Cell, Chunk, Citation, Place, RouteName, Search, Statement, Table, Trace

# A model is called once for each thing; of more things the sentences are quoted.
_MOST_WRITTEN = 8
_MOST_RESPELLED = 12
_LONGEST_VALUE = 3
# Of words that mean the same, any one will do.
_ANY_WORD = 0.05
# Sentences of two documents nearer than this speak of the same.
_ALIKE = 0.55
_PAIRS, _ALONE, _COMPARED = 12, 3, 60
_IN_TIME = lazy_regex(
    r"\b(?:earli|lat(?:er|est)|first|last|soon|ends?|starts?|begins?|expires?|früh|spät|zuerst|zuletzt|endet|beginnt|läuft)",
    re.IGNORECASE,
)
_LESS = lazy_regex(
    r"\b(?:less|least|fewer|fewest|lower|lowest|short(?:er|est)|small(?:er|est)|cheap(?:er|est)|light(?:er|est)|"
    r"slow(?:er|est)|weniger|wenigsten|niedrig\w*|kürze\w*|klein\w*|billig\w*|günstig\w*|leicht\w*|langsam\w*)\b",
    re.IGNORECASE,
)
_HOLDS_DAY, _HOLDS_NUMBER = lazy_regex(rf"(?<!\w){DAY}", re.IGNORECASE), lazy_regex(r"\d")
# An end is seldom called so.
_SAID_SO = (
    (
        lazy_regex(r"^(?:ends?|expires?|runs? out|terminates?)$", re.IGNORECASE),
        "ends expires until in force term runs to",
    ),
    (lazy_regex(r"^(?:endet|läuft|läuft ab|ausläuft)$", re.IGNORECASE), "endet läuft bis Laufzeit gilt bis"),
    (lazy_regex(r"^(?:starts?|begins?)$", re.IGNORECASE), "starts begins from in force since"),
    (lazy_regex(r"^(?:beginnt|startet)$", re.IGNORECASE), "beginnt ab gilt seit"),
)


class AcrossRoute:
    """Sets documents or things side by side."""

    name: RouteName = "across"

    async def recognise(self, asked: Asked, parts: Parts) -> str:
        """Return why several things are looked at one by one; see `Route`."""
        plan = await plan_of(asked, parts)
        if plan is None:
            return ""
        say = phrases(asked.question)
        if plan.reading.kind == "all":
            return say(
                "it asks for all {values}, so every passage is read", values=sort_called(plan.reading.listed, 2, say)
            )
        return say("it asks about {n} things, so each is looked for by itself", n=len(plan.items))

    async def answer(self, asked: Asked, parts: Parts) -> AsyncGenerator[Event, None]:
        """Look for each, and put them together."""
        plan = await plan_of(asked, parts)
        if plan is None:
            return
        answer = await _ranked(plan, asked, parts)
        if answer or plan.is_loose or len(plan.items) > MOST_ITEMS:
            pass
        elif plan.reading.kind == "all":
            say = phrases(asked.question)
            what = sort_called(plan.reading.listed, 2, say)
            yield Progress(say("reading documents for {values}", values=what), 0, len(plan.rows))
            answer = await all_values(plan, asked, parts)
        elif not plan.subject and len(plan.items) == LEAST_NAMED and all(item.row for item in plan.items):
            answer = await _aligned(plan, asked, parts)
        else:
            async for step in _each(plan, asked, parts):
                if isinstance(step, Progress):
                    yield step
                else:
                    answer = step
        if answer:
            yield PassagesFound(answer.hits)
            yield TextPiece(answer.text)
            yield Finished(answer)


async def _ranked(plan: Plan, asked: Asked, parts: Parts) -> Answer | None:
    """Return what is first by a value that documents state; None where another thing is asked."""
    ranking = next(filter(None, map(ranking_of, asked.wordings)), None) or _by_name(plan)
    rows = [(item.label, item.row) for item in plan.items if item.row]
    if ranking is None or plan.reading.kind not in ("two", "most") or len(rows) < len(plan.items):
        return None
    heading = _heading(plan, phrases(asked.question))
    answer = await ranked(
        ranking, rows, heading, asked, parts, names_silent=not plan.is_loose or bool(plan.reading.group)
    )
    return _traced(answer, plan, [None for _ in plan.items]) if answer else None


def _by_name(plan: Plan) -> Ranking | None:
    """Return by what named value the question puts documents in order: "the higher rent"."""
    if not plan.reading.yes_or_no or not plan.subject or called(plan) != plan.subject:
        return None
    return Ranking("named", greatest=not _LESS.search(plan.reading.aspect), what=plan.subject)


async def _each(plan: Plan, asked: Asked, parts: Parts) -> AsyncGenerator[Progress | Answer, None]:
    """Yield how many things were looked at, then the answer; no answer where none of them has anything."""
    say = phrases(asked.question)
    known_rows, typed = [item.row for item in plan.items if item.row], plan.subject
    if plan.subject and 0 < len(known_rows) <= _MOST_RESPELLED:
        held = [chunk async for chunk in parts.retriever.index.chunks_of_all(known_rows)]
        plan = replace(plan, subject=respelled(plan.subject, held, is_word=parts.retriever.is_word))
    found: list[Found | None] = []
    # What a value is called in another language no search for its words finds.
    is_value = 0 < len(plan.subject.split()) <= _LONGEST_VALUE
    stated = await named_by(plan.subject, within_reach(known_rows)[0], parts) if is_value else {}
    use_model = parts.llm is not None and len(plan.items) <= _MOST_WRITTEN
    for number, item in enumerate(plan.items):
        what = plan.subject or say("what is said")
        yield Progress(say("looking for {what} of {item}", what=what, item=item.label), number, len(plan.items))
        where = only([item.row], asked.where) if item.row else asked.where
        answered = await written(_sub_question(plan, item), where, asked, parts) if use_model else None
        if not use_model or (answered and answered.is_quoted):
            # One sentence fits a cell better than all that a whole answer quotes.
            answered = await _quoted(plan, item, where, parts) or answered
        if answered is None and item.row and (one := stated.get(item.row.document_id)) and not one.is_unclear:
            answered = _as_found(one)
        found.append(answered)
    if not any(found):
        return
    taken = [pair for pair in zip(typed.split(), plan.subject.split(), strict=False) if pair[0] != pair[1]]
    yield corrected(await _table(plan, found, asked, parts, by_model=use_model), taken)


async def _quoted(plan: Plan, item: Item, where: Filter, parts: Parts) -> Found | None:
    said = _searched(plan.subject)
    least = LEAST_SHARE if said == plan.subject else _ANY_WORD
    name = "" if item.row else item.label
    return await quoted(said, name, where, parts, prefer=_wanted(plan), least=least)


def _as_found(stated: Stated) -> Found:
    span = (stated.start, stated.end)
    return Found(stated.sentence, (Citation(1, stated.chunk, (span,)),))


def _wanted(plan: Plan) -> Callable[[str], object] | None:
    """Return what a sentence should hold that answers: a day where it is asked what ends earlier, else a number.

    Of rents and weights that are compared it is an amount, whatever else is said of them.
    """
    if plan.reading.kind == "most" or plan.reading.yes_or_no:
        return _HOLDS_DAY.search if _IN_TIME.search(plan.reading.aspect) else _HOLDS_NUMBER.search
    question = f"What is the {singular(called(plan))}?"
    kind = wanted(question)
    return partial(holds_wanted, kind, question=question) if kind else None


def _searched(subject: str) -> str:
    return next((said for pattern, said in _SAID_SO if pattern.match(subject)), subject)


def _sub_question(plan: Plan, item: Item) -> str:
    if not plan.subject:
        return f"What is said about {item.label}?"
    return f"{plan.subject[:1].upper()}{plan.subject[1:]} of {item.label}?"


async def _table(plan: Plan, found: Sequence[Found | None], asked: Asked, parts: Parts, *, by_model: bool) -> Answer:
    """Return a row for each thing, with the same in words, and say of which nothing was found."""
    say = phrases(asked.question)
    plan, found = _winner_first(plan, found)
    notes, lines, rows = Footnotes(), [], []
    statements: list[Statement] = []
    firsts = await _firsts(
        [item.row for item, held in zip(plan.items, found, strict=True) if item.row and not held], parts
    )
    empty = []
    for item, held in zip(plan.items, found, strict=True):
        if held is None:
            empty.append(item.label)
            chunk = firsts.get(item.row.document_id) if item.row else None
            there = (notes.number(chunk),) if chunk else ()
            rows.append((Cell(item.label, there), Cell("")))
            lines.append(f"- {item.label}: {say('nothing was found')}{marked(there)}")
            continue
        numbers = tuple(notes.taken(citation) for citation in held.citations)
        text = one_line(held.text)
        other, against = _otherwise(held, notes, say)
        shown = f"{text} ({other})" if other else text
        every = (*numbers, *(place.number for place in against))
        rows.append((Cell(item.label, numbers), Cell(shown, every)))
        lines.append(
            f"- {item.label}: {text}{marked(numbers)}{f'; {other}{marked(every[len(numbers) :])}' if other else ''}"
        )
        places = tuple(
            Place(number, start, end)
            for number, citation in zip(numbers, held.citations, strict=True)
            for start, end in citation.spans
        )
        if other:
            statements.append(Statement(text, numbers, other, "partly supported", evidence=places, against=against))
            continue
        doubted = held.doubted
        statements.append(
            Statement(text, numbers, doubted.problem, doubted.support, evidence=places)
            if doubted
            else Statement(text, numbers, evidence=places)
        )
    title = _title(called(plan), say)
    said = (
        say("{what} of {n} documents, side by side.", what=title, n=len(plan.items))
        if all(item.row for item in plan.items)
        else say("{what} of {n} things, side by side.", what=title, n=len(plan.items))
    )
    said = " ".join(filter(None, (said, _verdict(plan, found, say))))
    more = ""
    if plan.left:
        more = say("{left} more are not listed here; ask of one document, or limit with --where.", left=plan.left)
    nothing = say("Nothing was found for {names}.", names=", ".join(empty)) if empty else ""
    note = " ".join(filter(None, (nothing, more)))
    text = "\n\n".join([said, "\n".join(lines)])
    table = Table((_heading(plan, say), title), tuple(rows))
    model = parts.llm.name if by_model and parts.llm else EXTRACTIVE
    answer = put_together(asked.question, asked.text, text, statements, notes, table=table, model=model, note=note)
    return _traced(answer, plan, found)


def _otherwise(held: Found, notes: Footnotes, say: Phrases) -> tuple[str, tuple[Place, ...]]:
    """Return what another document says with another value, and where; "" for nothing."""
    if held.otherwise is None:
        return "", ()
    places = [
        Place(notes.taken(citation), *citation.spans[0]) for citation in held.otherwise.citations if citation.spans
    ]
    title = one_line(held.otherwise.citations[0].chunk.title or held.otherwise.citations[0].chunk.source)
    return say("{title} says: “{sentence}”", title=title, sentence=one_line(held.otherwise.text)), tuple(places)


def _winner_first(plan: Plan, found: Sequence[Found | None]) -> tuple[Plan, Sequence[Found | None]]:
    """Put the thing that has most of what is asked in front, or least, where the question asks which has."""
    held = [cell for cell in found if cell and not cell.otherwise]
    if not plan.reading.yes_or_no or not plan.subject or len(held) < len(found):
        return plan, found
    order = [place for place, _ in in_order(f"{plan.subject} {plan.reading.aspect}", [cell.text for cell in held])]
    if not order:
        return plan, found
    if _LESS.search(plan.reading.aspect):
        order.reverse()
    return replace(plan, items=tuple(plan.items[place] for place in order)), [found[place] for place in order]


def _verdict(plan: Plan, found: Sequence[Found | None], say: Phrases) -> str:
    """Return which thing has most of what is asked; nothing where documents do not agree, or a cell is empty."""
    cells = [
        (item.label, held.text) for item, held in zip(plan.items, found, strict=True) if held and not held.otherwise
    ]
    is_whole = len(cells) == len(plan.items) and not plan.left
    least = plan.reading.yes_or_no and bool(_LESS.search(plan.reading.aspect))
    asks = f"{plan.subject} {plan.reading.aspect}"
    return verdict(asks, cells, say, least=least) if is_whole and plan.subject else ""


def _title(subject: str, say: Phrases) -> str:
    text = one_line(subject)
    return f"{text[:1].upper()}{text[1:]}" if text else say("What is said")


def _heading(plan: Plan, say: Phrases) -> str:
    if plan.reading.group:
        return _title(singular(plan.reading.group), say)
    return say("Document") if all(item.row for item in plan.items) else ""


async def _firsts(rows: Sequence[RegisterRow], parts: Parts) -> dict[str, Chunk]:
    return {chunk.document_id: chunk async for chunk in first_chunks(rows, parts.retriever)}


def _traced(answer: Answer, plan: Plan, found: Sequence[Found | None]) -> Answer:
    searches = tuple(
        Search(plan.subject or item.label, item.label, len(held.citations) if held else 0, asked_by="rule")
        for item, held in zip(plan.items, found, strict=True)
    )
    return replace(answer, trace=Trace(searches=searches))


async def _aligned(plan: Plan, asked: Asked, parts: Parts) -> Answer | None:
    """Return two documents' sentences that speak of the same side by side, then some that only one of them has."""
    rows_held = [await parts.retriever.index.chunks_of(item.row) for item in plan.items if item.row]
    stated = same_fields(*rows_held)[:_PAIRS]
    first, second = (
        [one for one in _sentences(chunks, parts) if not any(_overlap(one, pair[at]) for pair in stated)]
        for at, chunks in enumerate(rows_held)
    )
    if not stated and not (first and second):
        return None
    pairs = await _alike(first, second, parts)
    alone_first = [n for n in range(len(first)) if n not in {left for left, _ in pairs}][:_ALONE]
    alone_second = [n for n in range(len(second)) if n not in {right for _, right in pairs}][:_ALONE]
    say = phrases(asked.question)
    notes, statements, lines, rows = Footnotes(), [], [], []

    def cell(sentence: Telling | None) -> Cell:
        if sentence is None:
            return Cell("")
        number = notes.number(sentence.chunk, (sentence.start, sentence.end))
        text = one_line(sentence.text)
        statements.append(Statement(text, (number,), evidence=(Place(number, sentence.start, sentence.end),)))
        return Cell(text, (number,))

    shown: list[tuple[Telling | None, Telling | None]] = list(stated)
    shown += [(first[left], second[right]) for left, right in pairs]
    shown += [(first[number], None) for number in alone_first] + [(None, second[number]) for number in alone_second]
    for left, right in shown:
        row = (cell(left), cell(right))
        rows.append(row)
        said = (f"{one.text}{marked(one.citations)}" if one.text else say("nothing alike") for one in row)
        lines.append(f"- {' / '.join(said)}")
    said_first = say("{one} and {other}, side by side.", one=plan.items[0].label, other=plan.items[1].label)
    note = say.many(
        "{n} of their sentences speaks of the same.",
        "{n} of their sentences speak of the same.",
        len(stated) + len(pairs),
    )
    if len(shown) > len(stated) + len(pairs):
        note = f"{note} {say('The last rows are found in only one of them.')}"
    text = "\n\n".join([said_first, "\n".join(lines)])
    table = Table(tuple(item.label for item in plan.items), tuple(rows))
    return put_together(asked.question, asked.text, text, statements, notes, table=table, note=note)


async def _alike(first: Sequence[Telling], second: Sequence[Telling], parts: Parts) -> list[tuple[int, int]]:
    """Return the places of sentences that speak of the same, in order."""
    if not first or not second:
        return []
    vectors = await parts.retriever.dense.embed_sentences([one.text for one in (*first, *second)])
    likeness = vectors[: len(first)] @ vectors[len(first) :].T
    pairs: list[tuple[int, int]] = []
    for place in (-likeness).ravel().argsort(kind="stable"):
        one, other = divmod(int(place), len(second))
        if likeness[one, other] < _ALIKE or len(pairs) == _PAIRS:
            break
        if all(one != left and other != right for left, right in pairs):
            pairs.append((one, other))
    return sorted(pairs)


def _overlap(sentence: Telling, field: Telling) -> bool:
    return sentence.start < field.end and field.start < sentence.end


def _sentences(chunks: Sequence[Chunk], parts: Parts) -> list[Telling]:
    """Return a document's sentences, of a long one some of each section."""
    held = [sentences(section, language=parts.language) for section in sections(chunks)]
    if sum(map(len, held)) > _COMPARED:
        held = [candidates(found)[: max(2, _COMPARED // len(held))] for found in held]
    return [sentence for found in held for sentence in found]
