"""What a reader should know where question and documents are in different languages. Pure functions."""

from collections.abc import Callable, Sequence

from qa.calibration.unread import held_share
from qa.retrieval.query import Query
from qa.text.language import by_small_words, foreign, is_latin, name_of
from qa.types import Answer

# The only language that a dense model reads that reads one.
_READ = "en"
# Of 45 wrong answers in Spanish on xquad 40 hold a smaller share of the question's words, of 60 right ones 6; of 24 and
# 60 in Russian 23 and 10.
_FEW_HELD = 0.4
# Tells whether a dictionary leads from a language, by its code, into one of others.
Translates = Callable[[str, Sequence[str]], bool]

WHAT_TO_DO = "The page docs/languages.md says how to get one, or a model that reads both."


def of_the_question(query: Query) -> str:
    """Return a sentence for the reader where a question cannot be read in the documents' languages, else ""."""
    known = [code for code in query.languages if code]
    if not known or query.is_translated or not query.reads_one or not foreign(query.language, known):
        return ""
    name = name_of(query.language)
    return (
        f"The question is in {name} and the documents are in {_names(known)}: "
        "without a dictionary of the two, names and numbers alone are found."
    )


def is_by_words(query: Query, answer: Answer) -> bool:
    """Tell whether what is cited shares few words with a question in a language that the dense model does not read."""
    if query.is_translated or (is_latin(query.question) and query.language in ("", _READ)):
        return False
    cited = [hit for hit in answer.hits if hit.chunk.id in {citation.chunk.id for citation in answer.citations}]
    return bool(cited) and held_share(query, cited) < _FEW_HELD


def of_the_answer(answer: str, languages: Sequence[str], translates: Translates) -> str:
    """Return a sentence for the reader where an answer cannot be compared with its passages, else "".

    Args:
        answer: Without its markers.
        languages: Codes of those of the passages that it cites.
        translates: Knows the dictionaries.
    """
    code = by_small_words(answer)
    if not languages or not foreign(code, languages) or translates(code, languages):
        return ""
    name = name_of(code)
    return (
        f"The answer is in {name} and its passages are in {_names(languages)}: "
        "without a dictionary of the two, numbers alone were compared."
    )


def _names(codes: Sequence[str]) -> str:
    *first, last = dict.fromkeys(map(name_of, codes))
    return f"{', '.join(first)} and {last}" if first else last
