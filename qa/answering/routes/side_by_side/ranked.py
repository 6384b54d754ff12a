"""Which of several documents ends first, is due first, costs least or is newest: by the value that each states.

The winner stands in front, and each value with the sentence that states it. What states none is named.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from qa.answering.routes.footnotes import Footnotes, marked, one_line, put_together
from qa.answering.routes.holdings.days import days_of
from qa.answering.routes.holdings.mentions import first_chunks
from qa.answering.routes.route import Asked, Parts, documents
from qa.answering.routes.side_by_side.ranking_words import Ranking
from qa.answering.routes.stated.changed import said_changes, with_changes
from qa.answering.routes.stated.same_paper import said_again, sorted_out
from qa.answering.routes.stated.stated import Stated
from qa.answering.routes.stated.stating import named_by, paid_for, stated_by, within_reach
from qa.answering.saying.phrases import Phrases, phrases
from qa.lazy_regex import lazy_regex
from qa.store.records import RegisterRow
from qa.text.language import language_of
from qa.text.measured import scaled
from qa.text.reading import Sentence, read_sentences
from qa.text.values import days as days_in
from qa.types import Answer, Cell, Place, Statement, Table

_LEAST_STATED = 2
_CODE = lazy_regex(r"[A-Z]{3}\b")


async def ranked(
    ranking: Ranking,
    items: Sequence[tuple[str, RegisterRow]],
    heading: str,
    asked: Asked,
    parts: Parts,
    *,
    names_silent: bool = True,
) -> Answer | None:
    """Return the answer that names the winner first; None where fewer than two documents state a value to compare.

    Args:
        ranking: By what.
        items: Labels and documents.
        heading: Of the column of labels.
        asked: The question.
        parts: What an answer is made with.
        names_silent: Whether those are named that state no such value: not where any document might.
    """
    if within_reach([row for _, row in items])[1]:
        # The winner of some of them would be a false answer.
        return None
    stated = await _stated(ranking, [row for _, row in items], parts)
    if ranking.facet in ("sum", "named"):
        stated = await with_changes(stated, [row for _, row in items], await documents(asked, parts), parts)
    items, again = _once_each(ranking, items, stated, asked)
    groups = _comparable([(label, stated[row.document_id]) for label, row in items if _is_valued(stated, row)])
    compared = [item for group in groups for item in _in_order(ranking, group)]
    if len(compared) < _LEAST_STATED:
        return None
    say = phrases(asked.question)
    notes, lines, statements = Footnotes(), [], []
    numbers = {label: (notes.number(found.chunk, *_spans(found)),) for label, found in compared}
    verdict, named = _verdicts(ranking, [_in_order(ranking, group) for group in groups], say)
    statements.append(
        Statement(
            verdict,
            tuple(dict.fromkeys(number for label in named for number in numbers[label])),
            evidence=tuple(_place(numbers[label][0], found) for label, found in compared if label in named),
        )
    )
    table: list[tuple[Cell, ...]] = []
    for label, found in compared:
        text = one_line(found.sentence)
        table.append((Cell(label, numbers[label]), Cell(text, numbers[label])))
        lines.append(f"- {label}: {text}{marked(numbers[label])}")
        statements.append(Statement(text, numbers[label], evidence=(_place(numbers[label][0], found),)))
    left = [
        (label, stated.get(row.document_id))
        for label, row in items
        if label not in numbers and (names_silent or _is_valued(stated, row))
    ]
    for label, silent in left:
        there: tuple[int, ...] = (notes.number(silent.chunk, *_spans(silent)),) if silent else ()
        text = one_line(silent.sentence) if silent else ""
        table.append((Cell(label, there), Cell(text, there)))
        lines.append(f"- {label}: {text or say('nothing was found')}{marked(there)}")
        if silent:
            statements.append(Statement(text, there, evidence=(_place(there[0], silent),)))
    note = " ".join(
        filter(
            None,
            (
                _not_compared(left, say),
                _across_currencies(groups, say),
                said_again(again, say),
                said_changes([row for _, row in items], stated, say),
            ),
        )
    )
    text = "\n\n".join((f"{verdict}{marked(statements[0].citations)}", "\n".join(lines)))
    columns = (heading, _called(ranking, say))
    return put_together(
        asked.question, asked.text, text, statements, notes, table=Table(columns, tuple(table)), note=note
    )


def _not_compared(left: Sequence[tuple[str, Stated | None]], say: Phrases) -> str:
    """Return which documents are left out, and why."""
    several = [label for label, stated in left if stated and stated.is_unclear]
    others = [label for label, stated in left if stated and stated.value is not None and not stated.is_unclear]
    silent = [label for label, stated in left if label not in (*several, *others)]
    said = []
    if silent:
        said.append(say("Not compared, since no such value is stated: {names}.", names=", ".join(silent)))
    if several:
        said.append(
            say("Not compared, since several values, a range or a bound is stated: {names}.", names=", ".join(several))
        )
    if others:
        said.append(say("Not compared, since the value is in another unit: {names}.", names=", ".join(others)))
    return " ".join(said)


def _once_each(
    ranking: Ranking, items: Sequence[tuple[str, RegisterRow]], stated: Mapping[str, Stated], asked: Asked
) -> tuple[list[tuple[str, RegisterRow]], tuple[RegisterRow, ...]]:
    """Return the documents without copies and those that were corrected, and these: what they state holds no longer."""
    if ranking.facet not in ("sum", "owed", "named"):
        return list(items), ()
    papers = sorted_out(
        [(row, stated[row.document_id]) for _, row in items if row.document_id in stated],
        asked.text,
        are_debts=ranking.facet != "named",
    )
    left = {row.document_id for row in papers.again}
    return [item for item in items if item[1].document_id not in left], papers.again


def _comparable(valued: Sequence[tuple[str, Stated]]) -> list[list[tuple[str, Stated]]]:
    """Return those whose values are of the one measure that most of them have; none where two have as many.

    Sums of other currencies are groups of their own, behind the largest: none of them is more than another.
    """
    counts = Counter(_measure(found) for _, found in valued).most_common()
    if not counts:
        return []
    if _is_money(counts[0][0]):
        kept = [measure for measure, _ in counts if _is_money(measure)]
    elif len(counts) > 1 and counts[0][1] == counts[1][1]:
        return []
    else:
        kept = [counts[0][0]]
    return [[(label, found) for label, found in valued if _measure(found) == measure] for measure in kept]


def _is_money(measure: str) -> bool:
    return bool(_CODE.match(measure))


def _in_order(ranking: Ranking, group: Sequence[tuple[str, Stated]]) -> list[tuple[str, Stated]]:
    """Return documents with the winner first; days that are over come last where one to come is asked for."""
    ordered = sorted(group, key=lambda item: _number(item[1]), reverse=ranking.greatest)
    return sorted(ordered, key=lambda item: _is_over(item[1])) if ranking.coming else ordered


def _is_valued(stated: Mapping[str, Stated], row: RegisterRow) -> bool:
    found = stated.get(row.document_id)
    return found is not None and found.value is not None


def _is_over(stated: Stated) -> bool:
    return isinstance(stated.value, date) and stated.value < date.today()


def _number(stated: Stated) -> Decimal:
    if isinstance(stated.value, date):
        return Decimal(stated.value.toordinal())
    return scaled(stated.value or Decimal(0), stated.unit)[0]


def _spans(stated: Stated) -> tuple[tuple[int, int], ...]:
    return ((stated.start, stated.end),) if stated.end > stated.start else ()


def _place(number: int, stated: Stated) -> Place:
    return Place(number, stated.start, stated.end)


def _verdicts(ranking: Ranking, groups: Sequence[Sequence[tuple[str, Stated]]], say: Phrases) -> tuple[str, list[str]]:
    """Return who comes first, of each currency by itself where there are several, and the labels that are named."""
    if len(groups) == 1:
        return _verdict(ranking, groups[0], say)
    said, named = [], []
    codes = [_measure(group[0][1]).partition(" ")[0] for group in groups]
    for code, group in zip(codes, groups, strict=True):
        label, best = group[0]
        time = best.unit.partition(" ")[2] if codes.count(code) > 1 else ""
        currency = f"{code} {paid_for(time, say)}".strip()
        if len(group) == 1:
            value = _written(best, say)
            said.append(
                say("In {currency}: only {name}, {value}.", currency=currency, name=one_line(label), value=value)
            )
            named.append(label)
            continue
        verdict, labels = _verdict(ranking, group, say)
        said.append(say("In {currency}: {verdict}", currency=currency, verdict=verdict))
        named += labels
    return " ".join(said), named


def _across_currencies(groups: Sequence[Sequence[tuple[str, Stated]]], say: Phrases) -> str:
    """Return why there are several winners, "" where there is one."""
    if len(groups) < _LEAST_STATED:
        return ""
    codes = {_measure(group[0][1]).partition(" ")[0] for group in groups}
    if len(codes) > 1:
        return say("Different currencies are not compared, since no rate is known.")
    return say("What is paid for different times is not compared.")


def _verdict(ranking: Ranking, compared: Sequence[tuple[str, Stated]], say: Phrases) -> tuple[str, list[str]]:
    """Return who comes first and who next, and their labels."""
    best = compared[0][1]
    if ranking.coming and _is_over(best):
        # All of them are over, the last of them most lately.
        label, latest = max(compared, key=lambda item: _number(item[1]))
        return say(
            "None of them is still to come; the last was {name}: {value}.",
            name=one_line(label), value=_written(latest, say),
        ), [label]  # fmt: skip
    first: list[str] = [label for label, found in compared if _number(found) == _number(best)]
    if len(first) > 1:
        names = say(" and ").join(map(one_line, first))
        return say("{names} state the same: {value}.", names=names, value=_written(best, say)), first
    label, (other, second) = compared[0][0], compared[1]
    # "EUR 4" is more than "EUR 24" where it is paid each month.
    is_timed = len({found.unit for _, found in compared}) > 1
    written = _written(best, say, is_timed=is_timed)
    said = (
        _said_named(ranking, one_line(label), best, written, say)
        if ranking.facet == "named"
        else _said(ranking, one_line(label), written, say)
    )
    if ranking.coming and _is_over(second):
        return said, [label]
    following = say(
        "Next comes {other}: {value}.", other=one_line(other), value=_written(second, say, is_timed=is_timed)
    )
    return f"{said} {following}", [label, other]


def _said(ranking: Ranking, name: str, value: str, say: Phrases) -> str:
    """Return in one sentence what comes first."""
    place = "next" if ranking.coming else "last" if ranking.greatest else "first"
    messages = {
        ("end", "first"): say("{name} ends first: {value}.", name=name, value=value),
        ("end", "last"): say("{name} ends last: {value}.", name=name, value=value),
        ("end", "next"): say("{name} ends next: {value}.", name=name, value=value),
        ("start", "first"): say("{name} starts first: {value}.", name=name, value=value),
        ("start", "last"): say("{name} starts last: {value}.", name=name, value=value),
        ("start", "next"): say("{name} starts next: {value}.", name=name, value=value),
        ("due", "first"): say("{name} is due first: {value}.", name=name, value=value),
        ("due", "last"): say("{name} is due last: {value}.", name=name, value=value),
        ("due", "next"): say("{name} is due next: {value}.", name=name, value=value),
        ("sum", "first"): say("{name} costs the least: {value}.", name=name, value=value),
        ("sum", "last"): say("{name} costs the most: {value}.", name=name, value=value),
        ("day", "first"): say("{name} is the oldest: {value}.", name=name, value=value),
        ("day", "last"): say("{name} is the newest: {value}.", name=name, value=value),
    }
    return messages[ranking.facet, place]


def _said_named(ranking: Ranking, name: str, best: Stated, value: str, say: Phrases) -> str:
    """Return in one sentence which document states the most or the least under a name."""
    # In German the name begins the sentence.
    what = _capitalised(ranking.what) if say.language == "de" else ranking.what
    if _measure(best) == "duration":
        if ranking.greatest:
            return say("{name} has the longest {what}: {value}.", name=name, what=what, value=value)
        return say("{name} has the shortest {what}: {value}.", name=name, what=what, value=value)
    if ranking.greatest:
        return say("{name} has the highest {what}: {value}.", name=name, what=what, value=value)
    return say("{name} has the lowest {what}: {value}.", name=name, what=what, value=value)


def _capitalised(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _written(stated: Stated, say: Phrases, *, is_timed: bool = False) -> str:
    if isinstance(stated.value, date):
        return (
            say.day(stated.value) if stated.reckoned or not re.search(r"\d{1,2}\D", stated.written) else stated.written
        )
    code, _, time = stated.unit.partition(" ")
    written = stated.written if re.search(r"[^\d\s.,'’]", stated.written) else f"{stated.written} {code}".strip()
    return f"{written} {paid_for(time, say)}".strip() if is_timed else written


def _called(ranking: Ranking, say: Phrases) -> str:
    named = {"due": say("Due date"), "end": say("End"), "start": say("Start"), "sum": say("Sum"), "day": say("Day")}
    return named.get(ranking.facet) or _capitalised(ranking.what)


async def _stated(ranking: Ranking, rows: Sequence[RegisterRow], parts: Parts) -> dict[str, Stated]:
    if ranking.facet == "named":
        return await named_by(ranking.what, rows, parts)
    return await (_own_days(rows, parts) if ranking.facet == "day" else stated_by(ranking.facet, rows, parts))


def _measure(stated: Stated) -> str:
    """Return what a value can be compared with: weeks with months, a rent of a month with one of a year."""
    return scaled(stated.value, stated.unit)[1] if isinstance(stated.value, Decimal) else ""


async def _own_days(rows: Sequence[RegisterRow], parts: Parts) -> dict[str, Stated]:
    """Return the day of each document that states one, with the sentence that holds it where there is one."""
    days = {key: dated.day for key, dated in (await days_of(rows, parts.retriever)).items() if dated.is_own}
    found = {}
    async for chunk in first_chunks([row for row in rows if row.document_id in days], parts.retriever):
        day = days[chunk.document_id]
        sentences = read_sentences(chunk.text, language=language_of(chunk.metadata, parts.language))
        said = next((one for one in sentences if _says(one, day)), Sentence(0, 0, ""))
        written = phrases("").day(day)
        found[chunk.document_id] = Stated(
            day, written, said.text or written, chunk, chunk.start + said.start, chunk.start + said.end, reckoned=True
        )
    return found


def _says(sentence: Sentence, day: date) -> bool:
    return any(
        (found.year, found.month, found.day) == (day.year, day.month, day.day) for _, found in days_in(sentence.text)
    )
