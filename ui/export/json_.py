"""A conversation as JSON, in the form that an answer has everywhere outside."""

import json
from collections.abc import Sequence

from qa.answering.serialise import answer_values
from qa.database.exchanges import Exchange


def as_json(title: str, exchanges: Sequence[Exchange]) -> bytes:
    """Return the questions with their answers, the first one first."""
    values = {
        "version": 1,
        "title": title,
        "exchanges": [
            {
                "id": exchange.id,
                "question": exchange.question,
                "where": str(exchange.limits),
                "asked": exchange.created.isoformat(),
                "state": exchange.state,
                "text": exchange.text,
                "error": exchange.error,
                "answer": answer_values(exchange.answer) if exchange.answer else None,
            }
            for exchange in exchanges
        ],
    }
    return json.dumps(values, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")
