"""The verb by which something is asked for without a question: "list all incidents", "nenne mir die Fristen".

Who says "list" asks for no passage that holds a list. English and German. Pure.
"""

import re

from qa.lazy_regex import lazy_regex

# A noun begins otherwise: "list price", "name of the ship".
_COMMAND = lazy_regex(
    r"\W*(?:(?:please|bitte|can you|could you|would you|kannst du|könntest du|können sie) )*(?:list(?: up| out)?|show|"
    r"tell|give|name|find|enumerate|explain|describe|mention|display|liste?|zeige?|nenne?|nennen|gib|finde|erkläre?|"
    r"beschreibe?|sage?|zähle?)(?P<behind> (?:me|us|mir|uns)(?: an| about| bitte)?\b|"
    r" (?=(?:all|every|each|any|the|my|our|alle|sämtliche|jede\w*|die|der|das|den|meine?|unsere?) )|"
    r"(?: (?:auf|ab))? ?:)",
    re.IGNORECASE,
)


def without_command(question: str) -> str:
    """Return a question without the verb that begins it, the whole where nothing else is asked."""
    match = _COMMAND.match(question)
    rest = question[match.end() :] if match else ""
    return rest if rest.strip(" .?!") else question
