"""What every export tells of a question and its answer, beside how it is written there."""

from dataclasses import replace

from qa.database.exchanges import Exchange
from qa.types import Answer
from ui.chat.limiting import in_words
from ui.web.language import t
from ui.web.reasons import in_sentences, worded


def why(exchange: Exchange) -> str:
    """Return why an exchange has no answer, or no more of it than its text."""
    if exchange.error:
        return in_sentences(worded(exchange.error))
    match exchange.state:
        case "stopped":
            return t("Stopped before the answer was complete.")
        case "broken":
            return t("Footnote ended before this answer was complete. The question is kept: ask it again.")
    return t("Incomplete")


def told(answer: Answer, exchange: Exchange) -> Answer:
    """Return an answer that says what it was limited to as the pages do, and that it was stopped."""
    answer = in_words(answer, exchange.limits)
    if exchange.state != "stopped":
        return answer
    return replace(answer, note=" ".join(filter(None, (why(exchange), answer.note))))
