import re
import zlib
from dataclasses import replace
from typing import Any

import pytest
from fakes import asked, hit

from qa.answering.refusing.not_found import reason_for, refusal
from qa.answering.refusing.refuse import Doubt, doubt
from qa.answering.saying.phrases import phrases
from qa.answering.standalone.lacking import is_code_alone
from qa.text.names import names_in
from qa.text.terms import TermStatistics
from qa.types import Hit


def terms_of(text: str) -> list[int]:
    return [zlib.crc32(word.encode()) for word in re.findall(r"\w+", text.lower()) if word not in ("the", "s")]


def knowing(*texts: str) -> TermStatistics:
    return TermStatistics(100, {term: 1 for text in texts for term in terms_of(text)})


def why(query: str, *texts: str, elsewhere: str = "", hits: list[Hit] | None = None, threshold: float = 0.0) -> str:
    found = [hit(text) for text in texts] if hits is None else hits
    known = knowing(elsewhere, *(item.chunk.text for item in found))
    return reason(query, found, known=known, threshold=threshold)


def doubted(
    query: str, hits: list[Hit], *, known: TermStatistics | None, threshold: float = 0.0, capitals_name: bool = True
) -> Doubt | None:
    names = names_in(query, capitals=capitals_name, terms_of=terms_of, known=known)
    return doubt(asked(query, names=names), hits, threshold=threshold)


def reason(query: str, hits: list[Hit], **options: Any) -> str:
    found = doubted(query, hits, **options)
    return said(found) if found else ""


def said(doubt: Doubt | None, question: str = "What is the fee?", text: str = "") -> str:
    """Return the reason alone, else all that is said."""
    say = phrases(question)
    found = refusal(question, text or question, reason_for(doubt, model="", is_withdrawn=False, say=say), say)
    return re.sub(r"^.* this: (.*)\.$", r"\1", found)


@pytest.mark.parametrize(
    ("question", "code", "alone"),
    [
        ("whose number is +49 8382 944210", "+49 8382 944210", True),
        ("Wem gehört die Nummer 0171 3349021?", "0171 3349021", True),
        ("DE44 2004 1133 0897 1234 00", "DE44 2004 1133 0897 1234 00", True),
        ("How heavy is a blade of the NV-8.0-167?", "NV-8.0-167", False),
        ("Whose number is it?", "", False),
    ],
)
def test_question_may_be_a_code_alone(question: str, code: str, alone: bool) -> None:
    assert is_code_alone(question, [code] if code else []) is alone


def test_nothing_found_is_said() -> None:
    assert why("What is the fee?", hits=[]) == "the index holds nothing that is near it"


@pytest.mark.parametrize("word", ["2019", "3.5", "1,000", "B12", "12/2019", "v2"])
def test_number_or_code_must_stand_in_the_passages(word: str) -> None:
    query = f"What does rule {word} say?"
    assert why(query, "Rules are made by the board.") == f"no passage near it mentions “{word}”"
    assert why(query, f"The rule {word} was made by the board.") == ""


def test_best_score_decides_wherever_a_reranker_put_it() -> None:
    hits = [hit("Lamps were sold.", score=0.1), hit("Lamps are red.", score=0.4)]
    assert why("Were lamps sold?", hits=hits, threshold=0.4) == ""
    assert why("Were lamps sold?", hits=hits, threshold=0.41) == "even the nearest passages are about something else"


def test_name_is_not_refused_where_words_are_not_counted() -> None:
    hits = [hit("Anna sold lamps.")]
    assert reason("What did Ferguson sell?", hits, known=None) == ""
    assert "2019" in reason("What was sold in 2019?", hits, known=None)


def test_number_elsewhere_in_the_index_is_not_enough() -> None:
    assert "2019" in why("What happened in 2019?", "The firm moved in 2020.", elsewhere="It was 2019.")


def test_number_in_a_title_or_heading_counts() -> None:
    assert why("What was sold in 2019?", hits=[hit("Lamps were sold.", title="Report 2019")]) == ""
    assert why("What was sold in 2019?", hits=[hit("Lamps were sold.", heading="Year › 2019")]) == ""


def test_name_that_no_chunk_knows_is_refused_and_named() -> None:
    assert why("What did Ferguson sell?", "Anna sold lamps.") == "no passage near it mentions “Ferguson”"


def test_capital_is_no_name_where_every_noun_has_one() -> None:
    hits, known = [hit("Die Wohnung hat einen Balkon.")], knowing("Die Wohnung hat einen Balkon.")
    assert "Wohnfläche" in reason("Wie groß ist die Wohnfläche?", hits, known=known)
    assert reason("Wie groß ist die Wohnfläche?", hits, known=known, capitals_name=False) == ""
    assert "B12" in reason("Wie groß ist die Wohnung B12?", hits, known=known, capitals_name=False)


@pytest.mark.parametrize("ordinal", ["4th", "1ST", "22nd", "103rd"])
def test_ordinal_may_be_written_out(ordinal: str) -> None:
    assert why(f"What does the {ordinal} rule say?", "The rules are made by the board.") == ""


def test_name_in_the_passages_or_elsewhere_in_the_index_is_not_refused() -> None:
    assert why("What did Anna sell?", "ANNA sold lamps.") == ""
    assert why("What did Ferguson sell?", "Anna sold lamps.", elsewhere="Ferguson is her brother.") == ""


@pytest.mark.parametrize("possessive", ["Ferguson's", "Ferguson’s"])
def test_possessive_is_named_without_its_ending(possessive: str) -> None:
    assert why(f"What is {possessive} fee?", "Anna pays a fee.") == "no passage near it mentions “Ferguson”"
    assert why(f"What is {possessive} fee?", "Ferguson pays a fee.") == ""


@pytest.mark.parametrize(
    "query", ["Fergusons are sold where?", "We sell lamps. Ferguson too?", "Say: Ferguson?", "  Ferguson?"]
)
def test_capital_that_opens_a_sentence_names_nothing(query: str) -> None:
    assert why(query, "Anna sold lamps.") == ""


def test_stop_word_with_a_capital_names_nothing() -> None:
    assert why("What is THE fee?", "Anna pays much.") == ""


def test_best_score_below_the_threshold_is_refused() -> None:
    low = [hit("Anna sold lamps.", score=0.19)]
    reason = "even the nearest passages are about something else"
    assert why("What is sold?", hits=low, threshold=0.2) == reason
    assert why("What is sold?", hits=[hit("Anna sold lamps.", score=0.2)], threshold=0.2) == ""
    # The best decides, however low the others are.
    assert why("What is sold?", hits=[hit("Lamps.", score=0.3), *low], threshold=0.2) == ""


@pytest.mark.parametrize("ranking", ["rrf", "dense", "sparse"])
def test_score_that_is_not_absolute_is_never_compared(ranking: str) -> None:
    low = replace(hit("Anna sold lamps.", score=0.01), retriever=ranking)  # type: ignore[arg-type]
    assert why("What is sold?", hits=[low], threshold=0.9) == ""


@pytest.mark.parametrize("text", ["No 31204.", "It costs 1204.5.", "It costs 3,1204.", "Rule 12040.", "Rule 1204,000."])
def test_number_within_another_number_is_not_a_mention(text: str) -> None:
    assert why("What does rule 1204 say?", text) == "no passage near it mentions “1204”"
    assert why("What does rule 1204 say?", f"{text} See rule 1204.") == ""


def test_compounds_are_looked_for_by_their_parts() -> None:
    assert why("Is there a 24-passenger bus?", "A bus for 24 passengers.") == ""
    assert why("Is there a B24-bus?", "The bus B25.") == "no passage near it mentions “B24”"
    assert why("Where are the 10-Qs?", "Form 10-Q is filed.") == ""


def test_name_that_ends_in_s_is_named_whole_and_known_by_its_own_terms() -> None:
    assert why("What did Boris sell?", "Anna sold lamps.") == "no passage near it mentions “Boris”"
    assert why("What did Ross sell?", "Anna sold lamps.", elsewhere="Ross sold cars.") == ""


def test_only_an_unknown_name_leaves_the_question_to_who_reads_the_passages() -> None:
    sold = [hit("Anna sold lamps.", score=0.1)]
    known = knowing("Anna sold lamps.")
    assert doubted("What did Ferguson sell?", sold, known=known, threshold=0.1) == Doubt(
        "unmentioned", "Ferguson", name="Ferguson"
    )
    # What else speaks against an answer refuses it, though a name that is missing too says more than a score does.
    for query, threshold, why_not in (
        ("What did Ferguson sell?", 0.2, Doubt("unmentioned", "Ferguson")),
        ("What did Anna sell?", 0.2, Doubt("far")),
        ("What did Ferguson sell in 2019?", 0.1, Doubt("unmentioned", "2019")),
    ):
        assert doubted(query, sold, known=known, threshold=threshold) == why_not


@pytest.mark.parametrize(
    ("doubt", "reason"),
    [
        (Doubt("far"), "auch die nächsten Stellen handeln von etwas anderem"),
        (Doubt("unmentioned", "G03"), "keine der nächsten Stellen erwähnt „G03“"),
        (Doubt("nothing"), "der Index enthält nichts, was ihr nahe kommt"),
        (None, "die nächsten Stellen enthalten keinen Satz"),
    ],
)
def test_german_question_is_refused_in_german(doubt: Doubt | None, reason: str) -> None:
    assert said(doubt, "Wie hoch ist die Kaution?") == f"Die Dokumente scheinen dies nicht zu sagen: {reason}."


@pytest.mark.parametrize(
    ("query", "asked_back"),
    [
        ("Who signed it?", "What does “it” mean here?"),
        ("How deep was it?", "What does “it” mean here?"),
        ("Wie tief war sie?", "Was ist hier mit „sie“ gemeint?"),
        ("And in 2023?", "This is only a part of a question"),
        ("Why?", "This is only a part of a question"),
        ("Und nachts?", "Das ist nur ein Teil einer Frage"),
    ],
)
def test_what_nothing_explains_is_asked_back_and_not_refused(query: str, asked_back: str) -> None:
    assert said(Doubt("far"), query).startswith(asked_back)


@pytest.mark.parametrize(
    "query",
    [
        "How did Texas get its name?",
        "how did the bronx get its name",
        "What did the laboratory say caused it?",
    ],
)
def test_question_that_names_something_is_not_asked_back(query: str) -> None:
    assert said(Doubt("far"), query) == "even the nearest passages are about something else"


def test_after_another_question_nothing_is_asked_back() -> None:
    far = "even the nearest passages are about something else"
    assert said(Doubt("far"), "Who signed it?", "When does the lease end? Who signed it?") == far


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("How many megabytes are my documents?", "Footnote does not know this of the documents themselves."),
        ("Who uploaded these files?", "Footnote does not know this of the documents themselves."),
        ("Welche Dateien sind doppelt?", "Das weiß Footnote von den Dokumenten selbst nicht."),
    ],
)
def test_what_is_not_kept_of_files_is_not_put_down_to_the_documents(query: str, answer: str) -> None:
    assert said(Doubt("far"), query).startswith(answer)


@pytest.mark.parametrize(
    ("question", "why_not"),
    [
        ("What does Article 4 say?", ""),
        ("Who may take boats according to Article IV?", ""),
        ("How many goats does Article 4 allow?", "far"),
        ("How high is the fee in Article 4?", "far"),
    ],
)
def test_part_that_is_asked_for_by_its_number_is_there(question: str, why_not: str) -> None:
    found = [hit("# Statutes\n\n## Article III\nThe fee is due.\n\n## Article IV\nMembers may take boats.", score=0.1)]
    known = names_in(question, capitals=True, terms_of=lambda _: [], known=None)
    doubted = doubt(asked(question, names=known), found, threshold=0.4)
    assert (doubted.why if doubted else "") == why_not


@pytest.mark.parametrize(
    ("question", "why_not"),
    [
        ("What does E20 mean?", ""),
        ("Was bedeutet E20?", ""),
        # It stands there, but nothing says what it means.
        ("What does E40 mean?", "far"),
        ("How often may E20 come?", "far"),
    ],
)
def test_what_a_code_means_is_there_however_far_its_list_is(question: str, why_not: str) -> None:
    found = [hit("AquaSpin 700\n\nE20: The water does not drain.\nCall us if E40 comes twice.", score=0.1)]
    known = names_in(question, capitals=True, terms_of=lambda _: [], known=None)
    doubted = doubt(asked(question, names=known), found, threshold=0.4)
    assert (doubted.why if doubted else "") == why_not
