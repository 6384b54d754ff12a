"""The words of a text as the check reads them: stems, opposites, names, phrases that count as one. Pure functions."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from qa.answering.checking.bounds import before_number
from qa.answering.checking.tokens import Kind, Language, Token

_NO = frozenset({"no", "not", "nicht"})


# What lasts is no last one.
_NO_OPPOSITE = frozenset({"lasted", "lasts", "lasting"})


def worded(token: Token, language: Language) -> Token:
    """Read a word: its stem, what it opposes, whether it is a name or says little."""
    stem = language.stem(_unaccented(token.text))
    key = language.lexicon.same.get(stem, stem)
    opposites = language.lexicon.opposites.get(key, frozenset()) if token.text not in _NO_OPPOSITE else frozenset()
    if not opposites and (language.is_small(token.text) or len(token.text) == 1):
        return replace(token, key=key, kind="small")
    kind: Kind = "name" if token.capital and language.names else "word"
    converse = bool(opposites) and key in language.lexicon.converse
    return replace(token, key=key, kind=kind, opposites=opposites, converse=converse)


def _unaccented(word: str) -> str:
    """Return a word without accents; German umlauts are letters, and stay."""
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFD", word)
    return unicodedata.normalize(
        "NFC", "".join(part for part in parts if not unicodedata.combining(part) or part == "\u0308")
    )


def phrased(tokens: Sequence[Token], language: Language) -> list[Token]:
    """Join the words of phrases that the lexicon knows."""
    known = language.lexicon
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        for length in range(min(known.longest.get(tokens[at].text, 0), len(tokens) - at), 0, -1):
            part = tokens[at : at + length]
            words = tuple(token.text for token in part)
            entry = known.phrases.get(words) if all(token.kind in ("word", "small", "name") for token in part) else None
            if entry and not (entry[0] == "bound" and not before_number(tokens, at + length, long=part[0].text in _NO)):
                kind, value = entry
                token = replace(tokens[at], end=tokens[at + length - 1].end, text=" ".join(words), value=value)
                # What negates keeps its level, "no" is none of something.
                found.append(replace(token, kind=kind, opposites=tokens[at].opposites if length == 1 else frozenset()))  # type: ignore[arg-type]
                at += length
                break
        else:
            found.append(tokens[at])
            at += 1
    return found
