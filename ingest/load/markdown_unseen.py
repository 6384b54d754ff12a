"""The text of a Markdown file that nobody sees once it is rendered (comments, hidden HTML, tags), or is struck out."""

import re

from ingest.load.unseen import STRUCK, is_done, left_out, task_around
from qa.lazy_regex import lazy_regex

# Code shows what is in it.
_CODE_OF_LINE = r"(?<!`)``(?!`)(?:[^`\n]|`(?!`)){1,1000}``(?!`)|`[^`\n]+`"
_ANY_CODE = rf"(?s:^ {{0,3}}(?P<fence>```+|~~~+)[^\n]*\n.*?(?:^ {{0,3}}(?P=fence)|\Z))|{_CODE_OF_LINE}"
_CODE = lazy_regex(_ANY_CODE, re.MULTILINE)
_COMMENT = lazy_regex(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# A reference that nothing refers to, which writers use for remarks: [//]: # (text)
_REMARK = lazy_regex(r"^ {0,3}\[(?://|comment|_)\]: *#? *(?:\(([^)\n]*)\)|\"([^\"\n]*)\"|<>)[^\n]*$", re.MULTILINE)
_HIDDEN = lazy_regex(
    r"<(?P<tag>[a-z][a-z0-9]*)\b(?=[^<>]*(?:\shidden\b|style\s*=\s*[\"'][^\"'<>]*"
    r"(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d]*[1-9])|font-size\s*:\s*[01](?:px|pt)?\s*[;\"'])))"
    r"[^<>]*>(?P<inside>.*?)</(?P=tag)\s*>",
    re.DOTALL | re.IGNORECASE,
)

# In one paragraph, as GitHub and most others read it; one tilde by itself means "about".
_STRUCK = lazy_regex(
    rf"(?P<code>{_ANY_CODE})"
    # Each piece is read in one way only, or a page of signs would be read in endless ways.
    rf"|(?<![~\\])~~(?![~\s])"
    rf"(?P<said>(?>{_CODE_OF_LINE}|[^~`\n]|`(?![^`\n]+`)|\n(?!\s*\n| {{0,3}}```)|~(?!~)){{1,2000}}?)(?<![~\s])~~(?!~)"
    r"|<(?P<tag>s|del|strike)(?:\s[^<>]*)?>(?P<within>(?:[^<\n]|\n(?!\s*\n)|<(?!/(?P=tag)\s*>)){1,2000})"
    r"</(?P=tag)\s*>",
    re.IGNORECASE | re.MULTILINE,
)

# What generators of sites take: a link to another page of theirs, a tag, a value; and classes of an element.
_TO_PAGE = lazy_regex(r"(?<!!)\[([^\[\]\n]*)\]\(\{[{%][^{}\n]*[}%]\}[^)\n]*\)")
_TEMPLATE = lazy_regex(
    r"\{%-? [^{}\n]*? ?-?%\}|\{\{-? (?=[^{}\n]*(?:\||site\.|page\.|ref |partial ))[^{}\n]*-?\}\}|"
    r"\{\{[<%][^{}\n]*[>%]\}\}"
)
_ATTRIBUTES = lazy_regex(
    r"(?<![ \t])[ \t]*\{(?::[ \t]*[.#\w]|[.#][A-Za-z])(?:[^{}\n\"]|\"[^\"\n]*\"){0,200}\}(?=[ \t]*(?:$|<|\]|[ \t]))",
    re.MULTILINE,
)


def without_unseen(source: str) -> str:
    """Return Markdown source without what is not rendered, which is noted; code stays as it is."""
    if "<" not in source and "]:" not in source and "{" not in source and "~~" not in source:
        return source
    parts, at = [], 0
    for code in _CODE.finditer(source):
        parts += [_cleared(source[at : code.start()]), code[0]]
        at = code.end()
    return without_struck("".join([*parts, _cleared(source[at:])]))


def _cleared(text: str) -> str:
    text = _TO_PAGE.sub(r"\1", text)
    # What the maker of the page fills in or obeys is no word of its writer.
    text = _ATTRIBUTES.sub("", _TEMPLATE.sub("", text))
    for pattern, how in ((_COMMENT, "comments"), (_REMARK, "comments"), (_HIDDEN, "hidden HTML")):
        text = pattern.sub(lambda match, how=how: _left_out(match, how), text)  # type: ignore[misc]
    return text


def without_struck(text: str) -> str:
    """Return a text without what is struck out in it; code stays, and tasks that are ticked as done."""
    if "~~" not in text and "</" not in text:
        return text
    return _STRUCK.sub(_unless_kept, text)


def _unless_kept(match: re.Match[str]) -> str:
    if match["code"] or _is_done(match):
        return match[0]
    left_out(match["said"] or match["within"], STRUCK)
    return ""


def _is_done(match: re.Match[str]) -> bool:
    """Tell whether struck-out words are a task that is done; code beside them is its name or the like."""
    if not (task := task_around(match)):
        return False
    struck = [one["said"] or one["within"] for one in _STRUCK.finditer(task) if not one["code"]]
    said = _STRUCK.sub(lambda one: one["said"] or one["within"] or "", task)
    return is_done(said, " ".join(struck))


def _left_out(match: re.Match[str], how: str) -> str:
    left_out(re.sub(r"<!--|-->|<[^<>]*>", " ", match[0]), how)
    return ""
