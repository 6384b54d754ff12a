"""How a text becomes the tokens that the check compares. Pure functions."""

from collections.abc import Iterator

from qa.answering.checking.bounds import bounded
from qa.answering.checking.figures import valued
from qa.answering.checking.tokens import Language, Token
from qa.answering.checking.wording import phrased
from qa.lazy_regex import lazy_regex
from qa.text.sentences import sentence_spans

_TOKEN = lazy_regex(
    r"\d{4}-\d{2}-\d{2}(?!\d)|(?!EUR|USD|GBP|CHF)[A-Z]{1,4}\d{1,4}(?!\w)|\d+(?:[.,:/]\d+)*|°\s?[CF]\b|(?<![^\W\d_])[TkKM][€$£](?!\w)|[%‰€$£]|km/h|m/s|m[²³]|n['’]t\b"
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*|[.,;:!?()\[\]–—\"“”„`]+|-+|\S"
)
_CONTRACTED = lazy_regex(r"(?<=[^\W\d_])(?=n['’]t\b)|(?=['’](?:s|re|ve|ll|d|m)\b)")
_ENDS_CLAUSE = frozenset(",;:")
_BEGINS_CLAUSE = frozenset({"but", "while", "whereas", "although", "though", "aber", "während", "sondern", "obwohl"})
# "Can't" and "won't", cut in two.
_PLAIN = {"n't": "not", "ca": "can", "wo": "will", "sha": "shall"}


def read(text: str, language: Language) -> list[Token]:
    """Return the tokens of a text, in order."""
    tokens: list[Token] = []
    clause = 0
    for number, (start, end) in enumerate(sentence_spans(text, language=language.code)):
        first, depth = True, 0
        for low, high in _pieces(text, start, end):
            piece = text[low:high]
            if not piece[0].isalnum() and piece[0] not in "%‰€$£°" and not piece.startswith("n"):
                clause += piece in _ENDS_CLAUSE
                depth = max(0, depth + piece.count("(") - piece.count(")"))
                continue
            word = _PLAIN.get(plain := piece.lower().replace("’", "'"), plain)
            clause += word in _BEGINS_CLAUSE
            capital = piece[0].isupper() and not first
            tokens.append(
                Token(low, high, word, word, "word", sentence=number, clause=clause, aside=depth > 0, capital=capital)
            )
            first = False
    return bounded(phrased(list(valued(tokens, language)), language), text)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where words and marks stand; "didn't" is two words."""
    for match in _TOKEN.finditer(text, start, end):
        low, high = match.span()
        cuts = (
            [low + cut.start() for cut in _CONTRACTED.finditer(match[0])] if "'" in match[0] or "’" in match[0] else []
        )
        for left, right in zip([low, *cuts], [*cuts, high], strict=True):
            if left < right:
                yield left, right
