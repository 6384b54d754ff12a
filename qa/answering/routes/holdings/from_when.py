"""From when documents are, where a question limits it: whether one is, and how that is said. Pure functions."""

from qa.answering.routes.holdings.about import AboutCollection
from qa.answering.routes.holdings.days import Dated
from qa.answering.saying.phrases import Phrases


def is_within(dated: Dated, about: AboutCollection) -> bool:
    """Tell whether the day of a document is one that a question means."""
    month, day = about.recurring
    if month:
        # A file that was copied in October is not from October.
        return dated.is_own and dated.day.month == month and (not day or dated.day.day == day)
    return (about.since is None or dated.day >= about.since) and (about.until is None or dated.day <= about.until)


def said_when(about: AboutCollection, say: Phrases) -> str:
    """Say from when the documents are that a question means."""
    if about.recurring != (0, 0):
        return say("dated {month} of any year", month=say.month(*about.recurring))
    if about.since and about.since == about.until:
        on = say.day(about.since)
        return say("ingested on {day}", day=on) if about.stored else say("dated {day}", day=on)
    first = say.day(about.since) if about.since else ""
    last = say.day(about.until) if about.until else ""
    if about.stored:
        if first and last:
            return say("ingested from {first} to {last}", first=first, last=last)
        return say("ingested {day} or later", day=first) if first else say("ingested {day} or earlier", day=last)
    if first and last:
        return say("dated from {first} to {last}", first=first, last=last)
    return say("dated {day} or later", day=first) if first else say("dated {day} or earlier", day=last)
