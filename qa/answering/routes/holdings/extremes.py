"""The newest, oldest, largest and longest of the documents that a question means, and how much they hold together."""

from collections.abc import Mapping

from qa.answering.routes.holdings.about import AboutCollection
from qa.answering.routes.holdings.choosing import Chosen
from qa.answering.routes.holdings.days import Dated
from qa.answering.routes.holdings.listing import Found, by_place, counted_of
from qa.answering.routes.holdings.measures import how_measured, measured, said_measure
from qa.answering.routes.route import Parts
from qa.answering.saying.phrases import Phrases


def extreme(about: AboutCollection, found: Chosen, days: Mapping[str, Dated], say: Phrases) -> Found:
    """Return the newest or oldest of the documents, all that share the last day among them.

    Where some state a day, the others are left out and named: the day of a file is often that of its copying.
    """
    rows = [row for row in found.rows if days[row.document_id].by != "file"] or list(found.rows)
    silent = [row for row in found.rows if row not in rows]
    first_first = about.wanted == "oldest"
    rows.sort(key=lambda row: row.source)
    rows.sort(key=lambda row: days[row.document_id].day, reverse=not first_first)
    what = " ".join(found.how)
    if not rows:
        return Found((), f"{say('No document')} {what}".strip() + ".", found.more, found.phrases)
    last = days[rows[: about.limit][-1].document_id].day
    first = [row for place, row in enumerate(rows) if place < about.limit or days[row.document_id].day == last]
    of_what = f"{counted_of(rows, say)} {what}".strip()
    if about.stored:
        said = (
            say("The oldest {of_documents}, by the day on which they were ingested.", of_documents=of_what)
            if first_first
            else say("The newest {of_documents}, by the day on which they were ingested.", of_documents=of_what)
        )
    elif days[rows[0].document_id].by == "file":
        said = (
            say("The oldest {of_documents}, by the last change of their files.", of_documents=of_what)
            if first_first
            else say("The newest {of_documents}, by the last change of their files.", of_documents=of_what)
        )
    else:
        said = (
            say("The oldest {of_documents}, by the day that each states.", of_documents=of_what)
            if first_first
            else say("The newest {of_documents}, by the day that each states.", of_documents=of_what)
        )
    if silent:
        latest = max(days[row.document_id].day for row in silent)
        found.more.append(
            say.many(
                "{n} more states no day; its file was last changed on {day}.",
                "{n} more state no day; the last change of their files was on {day}.",
                len(silent),
                day=say.day(latest),
            )
        )
    return Found(first, said, found.more, found.phrases, days=days)


async def by_measure(about: AboutCollection, parts: Parts, found: Chosen, say: Phrases) -> Found:
    """Return the largest or smallest of the documents by what the question measures, all that share the last place."""
    sizes = await measured(about.measure, found.rows, parts.retriever)
    rows = [row for row in by_place(found.rows) if row.document_id in sizes]
    largest = about.wanted == "largest"
    rows.sort(key=lambda row: sizes[row.document_id], reverse=largest)
    if not rows:
        return Found((), say("None of these documents has that measure."), found.more)
    last = sizes[rows[: about.limit][-1].document_id]
    first = [row for place, row in enumerate(rows) if place < about.limit or sizes[row.document_id] == last]
    of_what = f"{counted_of(rows, say)} {' '.join(found.how)}".strip()
    if about.measure == "bytes":
        said = (
            say("The largest {of_documents}, by the size of the files.", of_documents=of_what)
            if largest
            else say("The smallest {of_documents}, by the size of the files.", of_documents=of_what)
        )
    else:
        what = {"pages": say("pages"), "words": say("words"), "passages": say("passages")}[about.measure]
        said = (
            say("The longest {of_documents}, by {what}.", of_documents=of_what, what=what)
            if largest
            else say("The shortest {of_documents}, by {what}.", of_documents=of_what, what=what)
        )
    beside = {row.document_id: said_measure(about.measure, sizes[row.document_id], say) for row in first}
    return Found(first, said, [*found.more, how_measured(about.measure, say)], found.phrases, beside)


async def in_total(about: AboutCollection, parts: Parts, found: Chosen, say: Phrases) -> Found:
    """Return how much the documents hold together."""
    sizes = await measured(about.measure, found.rows, parts.retriever)
    measurable = [row for row in found.rows if row.document_id in sizes]
    within = say.many("in {n} document", "in {n} documents", len(measurable))
    said = say(
        "{amount} {in_documents}.",
        amount=said_measure(about.measure, sum(sizes.values()), say),
        in_documents=f"{within} {' '.join(found.how)}".strip(),
    )
    rows = sorted(by_place(measurable), key=lambda row: -sizes[row.document_id])
    beside = {row.document_id: said_measure(about.measure, sizes[row.document_id], say) for row in rows}
    left = len(found.rows) - len(measurable)
    more = [how_measured(about.measure, say)]
    if left and about.measure == "pages":
        more.append(say.many("{n} document has no pages.", "{n} documents have no pages.", left))
    return Found(rows, said, more, beside=beside)
