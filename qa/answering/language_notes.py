"""What a reader should know where question and documents are in different languages. Pure functions."""

from collections.abc import Callable, Sequence

from qa.text.language import by_small_words, english_name, foreign

# Tells whether a dictionary leads from a language, by its code, into one of others.
Translates = Callable[[str, Sequence[str]], bool]

WHAT_TO_DO = "docs/languages.md says how to get one."


def of_the_question(question: str, languages: Sequence[str], translates: Translates) -> str:
    """Return a sentence for the reader where a question cannot be read in the documents' languages, else "".

    Args:
        question: As it is searched.
        languages: Codes of those of the documents, "" where one is not known.
        translates: Knows the dictionaries.
    """
    known = [code for code in languages if code]
    code = _unread(question, known, translates) if known else ""
    return code and (
        f"The question is in {_name(code)} and the documents are in {_names(known)}: "
        "without a dictionary of the two, names and numbers alone are found."
    )


def of_the_answer(answer: str, languages: Sequence[str], translates: Translates) -> str:
    """Return a sentence for the reader where an answer cannot be compared with its passages in their languages."""
    code = _unread(answer, languages, translates) if languages else ""
    return code and (
        f"The answer is in {_name(code)} and its passages are in {_names(languages)}: "
        "without a dictionary of the two, numbers alone were compared."
    )


def _unread(text: str, languages: Sequence[str], translates: Translates) -> str:
    """Return the code of a text's language if it is none of `languages` and no dictionary leads there."""
    code = by_small_words(text)
    return code if foreign(code, languages) and not translates(code, languages) else ""


def _names(codes: Sequence[str]) -> str:
    *first, last = dict.fromkeys(map(_name, codes))
    return f"{', '.join(first)} and {last}" if first else last


def _name(code: str) -> str:
    name = english_name(code)
    return name if name == code else name.capitalize()
