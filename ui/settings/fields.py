"""Which settings the page shows beside the endpoint, what it says of each, and what may be given. Draws nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, Literal

from qa.chosen import Value
from qa.config import Origin, Settings, variable_of
from ui.web.language import number, t

Kind = Literal["whole", "share", "choice", "text"]


@dataclass(frozen=True, slots=True)
class Field:
    """One setting.

    Attributes:
        name: As in `Settings`.
        label: What it is called.
        what: What it does, in a line.
        kind: "whole" is a whole number, "share" a number from 0 to 1 that may be missing.
        low: Least number.
        high: Largest number.
        step: What one click adds.
        options: What there is to choose from, and what each is called.
    """

    name: str
    label: str
    what: str
    kind: Kind = "whole"
    low: int = 0
    high: int = 1_000_000
    step: int = 1
    options: Mapping[str, str] | None = None


def of_model() -> list[Field]:
    """Return the settings of the model beside its endpoint, in the order of the page."""
    return [
        Field(
            "context_tokens",
            t("Text for the model"),
            t("About how many tokens of your documents the model is given. 0 gives the best passages alone."),
            step=500,
        ),
        Field(
            "searches",
            t("Searches for a question"),
            t("How many searches a question may take: the model may ask for all but the first."),
            low=1,
            high=10,
        ),
        Field(
            "llm_max_tokens",
            t("Length of a reply"),
            t("The most tokens of one reply, with what the model thinks. 0 leaves that to the endpoint."),
            step=500,
        ),
        Field(
            "timeout_s",
            t("Longest wait, in seconds"),
            t("How long the endpoint may take for its first word, and the index for one request."),
            low=1,
            high=3_600,
            step=10,
        ),
        Field(
            "verifier",
            t("Second model that checks answers"),
            t("It reads each sentence of a written answer beside its passages: a folder, or a name. Empty for none."),
            kind="text",
        ),
    ]


def of_search() -> list[Field]:
    """Return the settings of the search, in the order of the page."""
    return [
        Field(
            "top_k",
            t("Passages for an answer"),
            t("How many passages an answer may rest on. More help if answers are spread over many documents."),
            low=1,
            high=100,
        ),
        Field(
            "ranking",
            t("Order of the passages"),
            t("How the two searches, by meaning and by words, are put together."),
            kind="choice",
            options={
                "scores": t("both, by their scores"),
                "rrf": t("both, by their ranks"),
                "dense": t("by meaning alone"),
                "sparse": t("by words alone"),
            },
        ),
        Field(
            "threshold",
            t("Least score for an answer"),
            t("Below it a question counts as not answered by your documents. Empty: learned from the collection."),
            kind="share",
        ),
        Field(
            "reranker",
            t("Second stage"),
            t("A model that puts the best passages in a new order: a folder, or a name."),
            kind="text",
        ),
        Field(
            "rerank_ms",
            t("Time of the second stage"),
            t("The most milliseconds of a question that it may take."),
            low=1,
            high=600_000,
            step=250,
        ),
        Field(
            "dictionaries",
            t("Dictionaries"),
            t('The folder of dictionaries that translate questions; "none" for none.'),
            kind="text",
        ),
        Field(
            "ocr",
            t("Scans and pictures"),
            t("What reads the words of scanned pages and pictures when documents are added."),
            kind="choice",
            options={
                "": t("the best one that is there"),
                "tesseract": "Tesseract",
                "rapidocr": "RapidOCR",
                "off": t("nothing: they are left out"),
            },
        ),
    ]


def default_of(name: str) -> Any:
    """Return the default of a setting."""
    found = next(setting.default for setting in fields(Settings) if setting.name == name)
    return None if found is MISSING else found


def said_default(field: Field) -> str:
    """Return a setting's default in words."""
    value = default_of(field.name)
    if value is None:
        return t("learned")
    if field.options:
        return field.options[value]
    if field.kind == "whole":
        return number(int(value))
    return value or t("none")


def said_range(field: Field) -> str:
    """Say between which numbers a setting lies, "" for what is no number.

    A browser marks a number beyond them with red and no word, and sends it nowhere, so it is said before.
    """
    if field.options or field.kind not in ("whole", "share"):
        return ""
    low, high = (0, 1) if field.kind == "share" else (field.low, field.high)
    return t("From {low} to {high}.", low=number(low), high=number(high))


def fixed_by(name: str, origin: Origin) -> str:
    """Say what holds a setting fixed, "" if it can be changed here."""
    variable = variable_of(name)
    if origin == "option":
        return t("Fixed: set on the command line.")
    if origin == "environment":
        return t("Fixed: set by the environment ({variable}).", variable=variable)
    if origin == ".env":
        return t("Fixed: set in the file .env ({variable}).", variable=variable)
    return ""


def value_of(field: Field, given: Any) -> Value | None:
    """Return what to store for what was given; None for the default, which is not stored."""
    if field.kind == "whole":
        value: Value | None = int(given) if given is not None else None
    elif field.kind == "share":
        value = float(given) if given is not None else None
    else:
        value = str(given or "").strip() or None
    return None if value == default_of(field.name) else value


def names_of(groups: Sequence[Sequence[Field]]) -> list[str]:
    """Return the names of the settings in groups of them."""
    return [field.name for group in groups for field in group]
