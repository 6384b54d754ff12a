"""What chat programs ask by themselves, besides what a person asks: for a title, tags, suggestions and the like.

They send it as if it were a question, with the conversation inside. No documents answer that: looked for, it would give
a passage about titles. What can be told from the conversation alone is told, in the form that was asked for; the rest
is left empty. Open WebUI and LibreChat are known by their own words, other programs' titles by what all of them say.
"""

import json
import re
from collections.abc import Sequence

from qa.database.texts import as_title
from qa.lazy_regex import lazy_regex
from qa.types import Turn

# Open WebUI names the form that it wants before it quotes the conversation: `{ "title": "your concise title here" }`.
_TASK = lazy_regex(r"\s*#{2,3} Task:", re.IGNORECASE)
_WANTED = lazy_regex(r'\{\s*"(title|tags|follow_ups|queries|prompt|text)"\s*:')
_HISTORY = lazy_regex(r"<(/?)chat_history>", re.IGNORECASE)
_EXPRESSION = "Your task is to reflect the speaker's likely facial expression through a fitting emoji."
_TOOLS = lazy_regex(r"\s*Available Tools:.*\"tool_calls\"", re.DOTALL)
# What a person said, where a conversation is quoted.
_SAID = lazy_regex(
    r"^[ \t]*(?:user|human)[ \t]*:[ \t]*(.+?)(?=^[ \t]*(?:assistant|ai|bot|user|human)[ \t]*:|</chat_history>|\Z)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
# "Provide a concise, 5-word-or-less title for the conversation", "Create a short title … summarizing the chat history".
_TITLE = lazy_regex(
    r"\s*(?:please )?(?:provide|generate|create|write|suggest|give|summari[sz]e|analy[sz]e)\b.{0,200}?"
    r"\b(?:concise|short|brief|words?)\b[^.]{0,60}?\btitle\b",
    re.IGNORECASE | re.DOTALL,
)
_OF_A_CONVERSATION = lazy_regex(
    r"\b(?:the|this|a|our|your)\s+(?:following\s+|above\s+)?(?:conversation|chat|dialogue)\b", re.IGNORECASE
)
_FORM = lazy_regex(r"\bJSON\b|\bdetected language\b", re.IGNORECASE)
_BEGINNING = 400
# What Open WebUI puts before a question where files were attached in it, today and before.
_ATTACHED = lazy_regex(r"\s*#{2,3} Task:\s*Respond to the user query using the provided context", re.IGNORECASE)
_QUERY = lazy_regex(r"<(/?)user_query>")
_CONTEXT_BEGINS, _CONTEXT_ENDS = "<context>", "</context>"


def answered(question: str, turns: Sequence[Turn] = (), *, system: str = "", json_name: str = "") -> str | None:
    """Return what a program is told that asks by itself; None where a person asks.

    Args:
        question: The last message.
        turns: Those before it.
        system: What the program told the model before all of them.
        json_name: Under which name the request itself asks for a title as JSON, "" where it asks for none.
    """
    if _TOOLS.match(system):
        return json.dumps({"tool_calls": []})
    if question.lstrip().startswith(_EXPRESSION):
        return "🙂"
    told, quoted = _parted(question, _HISTORY)
    wanted = _WANTED.search(told)
    if _TASK.match(question) and wanted:
        said = _said(quoted or "", turns)
        return json.dumps({wanted[1]: _value(wanted[1], said)}, ensure_ascii=False)
    if not _asks_for_title(question, quoted is not None or bool(turns)):
        return None
    title = as_title(_said(question if quoted is None else quoted, turns)[0])
    name = json_name or ("title" if _FORM.search(told[:_BEGINNING]) else "")
    return json.dumps({name: title}, ensure_ascii=False) if name else title


def of_person(question: str) -> str:
    """Return what a person asks, without what a program put before it."""
    if not _ATTACHED.match(question):
        return question
    # A file that is attached may hold such tags too: what it says is no question.
    before, behind = question.partition(_CONTEXT_BEGINS)[0], question.rpartition(_CONTEXT_ENDS)[2]
    for part in (behind, before):
        if asked := (_parted(part, _QUERY)[1] or "").strip():
            return asked
    return (behind.strip() if _CONTEXT_ENDS in question else "") or question


def _parted(text: str, tags: re.Pattern[str]) -> tuple[str, str | None]:
    """Return what stands before a text's first tag, and what it holds up to the last one that closes it.

    None, and the whole text, where no tag is closed. Each tag is looked at once: one pattern for both would go
    through the text from each that opens, which took a minute for 200 kB of them.
    """
    found = list(tags.finditer(text))
    begin = next((tag for tag in found if not tag[1]), None)
    end = next((tag for tag in reversed(found) if tag[1]), None)
    if begin is None or end is None or end.start() < begin.end():
        return text, None
    return text[: begin.start()], text[begin.end() : end.start()]


def _asks_for_title(question: str, has_conversation: bool) -> bool:
    beginning = question[:_BEGINNING]
    if not _TITLE.match(beginning) or not _OF_A_CONVERSATION.search(beginning):
        return False
    # A person who asks for a title has a document in mind; a program brings the conversation along.
    return has_conversation or _SAID.search(question) is not None


def _value(wanted: str, said: Sequence[str]) -> object:
    if wanted == "title":
        return as_title(said[0])
    if wanted == "queries":
        return [said[-1]]
    if wanted == "prompt":
        return said[-1]
    # What else could be asked, or typed, nobody here can know.
    return [] if wanted in ("tags", "follow_ups") else ""


def _said(history: str, turns: Sequence[Turn]) -> Sequence[str]:
    """Return what a person said in a conversation, at least one text."""
    said = [of_person(text.strip()) for text in _SAID.findall(history)]
    said = said or [turn.text for turn in turns if turn.role == "user"]
    return said or [history.strip() or "Conversation"]
