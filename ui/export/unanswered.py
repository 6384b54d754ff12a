"""Questions that have no whole answer, as every export tells them."""

from qa.database.exchanges import Exchange
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
