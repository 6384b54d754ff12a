import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import hit
from files import write_dictionary

from qa.answering.checking.supporting import citations
from qa.answering.checking.values import Amount, agree
from qa.answering.checking.verify import problem, statements
from qa.text.dictionaries import Dictionaries
from qa.text.words import SparseEmbedder
from qa.types import Citation, Hit

READER = SparseEmbedder("Qdrant/bm25", language="english", average_terms=100)
AUTO = SparseEmbedder("Qdrant/bm25", language="auto", average_terms=100)

LEASE = "The deposit is 3,000 euros. It is paid to Anna Ferguson on 3 May 2021. Heating costs are extra."
HOUSE = "The house has two floors. A garden is behind it."


def problems(text: str, *passages: str) -> list[str]:
    return [item.problem for item in statements(text, [hit(passage) for passage in passages], reader=READER)]


def unsupported(sentence: str, *passages: str) -> str:
    return problem(sentence, [hit(passage) for passage in passages], reader=READER)


# One sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "The deposit is 3,000 euros.",
        "Anna Ferguson was paid on 3 May 2021.",
        "Heating costs extra.",
        "Ferguson's deposit is paid.",
    ],
)
def test_supported_sentence_has_no_problem(sentence: str) -> None:
    assert unsupported(sentence, LEASE) == ""


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The deposit is 4,000 euros.", "the passage says “3,000 euros” here, not “4,000 euros”"),
        ("The deposit is 3,000.50 euros.", "the passage says “3,000 euros” here, not “3,000.50 euros”"),
        ("It is paid on 4 May 2021.", "the passage says “3” here, not “4”"),
        ("It is paid on 3 June 2021.", "the passage says “May” here, not “June”"),
        ("It is paid to Bella Ferguson.", "the passage says “Anna” here, not “Bella”"),
        ("It is paid on 2022-05-03.", "the passage says “2021” here, not “2022-05-03”"),
        ("It is paid on 2021-05-03.", ""),
        ("Heating costs Zoe is extra.", "the cited passages do not hold Zoe"),
    ],
)
def test_number_date_or_name_that_no_passage_holds_is_named(sentence: str, expected: str) -> None:
    assert unsupported(sentence, LEASE) == expected


def test_part_of_a_number_is_another_number() -> None:
    assert "30" in unsupported("The deposit is 30 euros.", "The deposit is 300 euros.")
    assert "3" in unsupported("The deposit is 3 euros.", "The deposit is 3.5 euros.")


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        ("The deposit is 3000 euros.", LEASE),
        ("The deposit is 3,000 euros.", "The deposit: 3000 euros."),
        ("The deposit is 3.5 euros.", "The deposit: 3,50 euros."),
        ("The deposit is 3 euros.", "The deposit: 3.00 euros."),
        ("The deposit was paid in 1348–50.", "The deposit, paid 1348-50."),
        ("The deposit was paid on 3 May 2021.", "Deposit; paid: 2021-05-03"),
        ("The deposit was paid on 2021-05-03.", "Deposit; paid: 2021-05-03"),
        ("The deposit was paid on 31 May 2021.", "Deposit; paid: 31/05/2021"),
        ("The deposit was paid on 31 May 2021.", "Deposit; paid: 05/31/2021"),
        ("The deposit was paid on 3 May 2021.", "Deposit; paid: 03.05.21"),
        ("The rod is 3.14 m long.", "The rod: 3.140 m long."),
        ("The deposit is 1,250 euros.", "The deposit: 1.250 euros."),
    ],
)
def test_number_or_date_may_be_written_otherwise(sentence: str, passage: str) -> None:
    assert unsupported(sentence, passage) == ""


@pytest.mark.parametrize(
    ("sentence", "passage", "held", "said"),
    [
        ("The deposit is 3500 euros.", "The deposit: 3.5 euros.", "3.5 euros", "3500 euros"),
        ("The deposit is 3.05 euros.", "The deposit: 3.50 euros.", "3.50 euros", "3.05 euros"),
        ("The deposit was paid on 3 June 2021.", "Deposit; paid: 2021-05-03", "2021-05-03", "June"),
        ("The deposit was paid on 4 May 2021.", "Deposit; paid: 2021-05-03", "2021-05-03", "4"),
        ("The deposit was paid on 30 May 2021.", "Deposit; paid: 31/05/2021", "31/05/2021", "30"),
    ],
)
def test_another_number_or_date_is_no_way_of_writing_it(sentence: str, passage: str, held: str, said: str) -> None:
    assert unsupported(sentence, passage) == f"the passage says “{held}” here, not “{said}”"


@pytest.mark.parametrize("name", ["Ferguson's", "Ferguson’s", "Fergusons'", "Fergusons"])
def test_name_may_be_inflected(name: str) -> None:
    assert unsupported(f"It is {name} deposit.", LEASE) == ""
    assert unsupported(f"It is {name} deposit.", HOUSE) != ""


def test_several_passages_support_a_sentence_together() -> None:
    sentence = "The deposit of the house is 3,000 euros and two floors."
    assert unsupported(sentence, LEASE, HOUSE) == ""
    assert "3,000" in unsupported(sentence, HOUSE)


def test_some_of_the_words_are_enough_and_fewer_are_not() -> None:
    few = "the cited passages say it in few of these words"
    # deposit, euros of deposit, euros, tall, green: 2 of 4.
    assert unsupported("The deposit is euros, tall and green.", LEASE) == ""
    # deposit of deposit, tall, green, wooden: 1 of 4.
    assert unsupported("The deposit is tall, green and wooden.", LEASE) == few
    # The longer a sentence is, the more of its words its passages hold, however loosely it is worded: 3 of 9 are few.
    long = "The deposit is euros due, tall, green, wooden, sung by choirs and painted."
    assert unsupported(long, LEASE) == few


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Cats are allowed in the flat.", "en"),
        ("The flat gets painted green.", "en"),
        ("Katzen sind in der Wohnung erlaubt.", "de"),
    ],
)
def test_one_noun_in_common_supports_no_sentence(sentence: str, language: str) -> None:
    english = "The deposit of the flat is 3,000 euros. It is paid to Anna Ferguson before moving in."
    german = "Die Kaution der Wohnung beträgt 3.000 Euro. Sie ist vor dem Einzug an Anna Ferguson zu zahlen."
    found = hit(english if language == "en" else german)
    there = replace(found, chunk=replace(found.chunk, metadata={"language": language}))
    said = problem(sentence, [there], reader=AUTO, answered=language, language="auto")
    assert said == "the cited passages say it in few of these words"


def test_sentence_without_terms_or_passages() -> None:
    assert unsupported("It is.", LEASE) == ""
    assert unsupported("It is.") == "no passage is cited"


# In another language than the passages

GERMAN = (
    "Die Kaution beträgt 3.000 Euro und ist vor dem Einzug an Anna Ferguson zu zahlen. "
    "Die Heizung wird im Herbst geprüft, und zwar in Warschau."
)
ENTRIES = [
    ("deposit", "Kaution, Pfand"),
    ("paid", "zahlen"),
    ("heating", "Heizung"),
    ("checked", "geprüft"),
    ("autumn", "Herbst"),
    ("warsaw", "Warschau"),
    ("garden", "Garten"),
    ("tree", "Baum"),
    ("old", "alt"),
]


def across(sentence: str, passage: str, *, reader: SparseEmbedder, answered: str = "en", held: str = "de") -> str:
    found = hit(passage)
    there = replace(found, chunk=replace(found.chunk, metadata={"language": held}))
    return problem(sentence, [there], reader=reader, answered=answered, language="auto")


def translating(folder: Path) -> SparseEmbedder:
    write_dictionary(folder, "eng-deu", ENTRIES)
    return SparseEmbedder("Qdrant/bm25", language="auto", average_terms=100, dictionaries=Dictionaries(str(folder)))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The deposit is 3,000 euros and is paid to Anna Ferguson.", ""),
        ("The heating is checked in autumn.", ""),
        # A word that the dictionary has is compared with the others, "Fergusson" begins as a word of the passage does.
        ("In autumn the heating of Warsaw is checked.", ""),
        ("The deposit is paid to Anna Fergusson.", ""),
        ("The deposit is 4,000 euros and is paid to Anna Ferguson.", "the cited passages do not hold 4,000"),
        ("The deposit is paid to Bella Ferguson.", "the cited passages do not hold Bella"),
        ("In the garden there is an old tree.", "the cited passages say it in few of these words"),
    ],
)
def test_sentence_is_compared_in_translation(tmp_path: Path, sentence: str, expected: str) -> None:
    assert across(sentence, GERMAN, reader=translating(tmp_path)) == expected


def test_without_a_dictionary_only_numbers_are_compared_between_languages() -> None:
    assert across("The deposit is 3,000 euros and is paid to Bella.", GERMAN, reader=AUTO) == ""
    assert "4,000" in across("The deposit is 4,000 euros.", GERMAN, reader=AUTO)
    # A passage of no known language, a table say, may be in the answer's.
    few = "the cited passages say it in few of these words"
    assert across("In the garden there is an old tree.", GERMAN, reader=AUTO, held="") == few
    assert across("In the garden there is an old tree.", GERMAN, reader=AUTO, answered="") == few


def test_german_noun_is_no_name() -> None:
    supported = "Anna Ferguson bekommt die Kaution von 3.000 Euro als Betrag vor dem Einzug."
    assert across(supported, GERMAN, reader=AUTO, answered="de") == ""
    few = "the cited passages say it in few of these words"
    assert across("Im Garten steht ein alter Baum.", GERMAN, reader=AUTO, answered="de") == few


def test_supporting_sentence_is_found_in_translation(tmp_path: Path) -> None:
    found = hit(GERMAN)
    there = replace(found, chunk=replace(found.chunk, metadata={"language": "de"}))
    options = {"reader": translating(tmp_path), "answered": "en", "language": "auto"}
    checked = statements("The heating is checked in autumn [1].", [there], **options)  # type: ignore[arg-type]
    [citation] = citations(checked, [there], **options)  # type: ignore[arg-type]
    [(start, end)] = citation.spans
    assert GERMAN[start:end].startswith("Die Heizung wird")


# A whole answer


def test_each_sentence_is_checked_against_its_own_citations() -> None:
    text = "The deposit is 3,000 euros [1]. The house has two floors [2]. The deposit is 3,000 euros [2]. A garden."
    checked = statements(text, [hit(LEASE), hit(HOUSE)], reader=READER)
    assert [(item.text, item.citations) for item in checked] == [
        ("The deposit is 3,000 euros.", (1,)),
        ("The house has two floors.", (2,)),
        ("The deposit is 3,000 euros.", (2,)),
        ("A garden.", ()),
    ]
    assert [item.problem for item in checked] == [
        "",
        "",
        "the cited passages do not hold 3,000",
        "no passage is cited",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The deposit is 3,000 euros. [1] A garden. [2]",
        "The deposit is 3,000 euros.[1]\nA garden.[2]",
        pytest.param(
            "The deposit is 3,000 euros.\n[1]\n\nA garden.\n[2]",
        ),
    ],
)
def test_marker_after_the_full_stop_belongs_to_the_sentence_before(text: str) -> None:
    checked = statements(text, [hit(LEASE), hit(HOUSE)], reader=READER)
    assert [(item.text, item.citations) for item in checked] == [
        ("The deposit is 3,000 euros.", (1,)),
        ("A garden.", (2,)),
    ]


def test_title_and_heading_belong_to_the_passage() -> None:
    passage = hit("The deposit is due.", title="Lease 2021", heading="Berlin")
    [checked] = statements("The deposit of Berlin is due, lease of 2021 [1].", [passage], reader=READER)
    assert checked.problem == ""


def test_answer_of_markers_or_nothing_says_nothing() -> None:
    assert problems("", LEASE) == []
    assert problems("[1]", LEASE) == []


def test_numbers_of_a_list_are_no_statements() -> None:
    text = "1. The deposit is 3,000 euros [1].\n2. Heating costs are extra [1]."
    assert problems(text, LEASE) == ["", ""]


# Citations


def cited(text: str, hits: list[Hit]) -> list[Citation]:
    return citations(statements(text, hits, reader=READER), hits, reader=READER)


def test_citation_points_at_the_sentence_that_carries_the_answer() -> None:
    passage = hit(LEASE, start=1000)
    [citation] = cited("Ferguson is paid on 3 May 2021 [1].", [passage])
    [(start, end)] = citation.spans
    assert LEASE[start - 1000 : end - 1000] == "It is paid to Anna Ferguson on 3 May 2021."
    assert (citation.number, citation.chunk) == (1, passage.chunk)


def test_citations_are_in_order_of_number_and_their_spans_in_order_of_place() -> None:
    hits = [hit(HOUSE, start=7), hit("Unused."), hit(LEASE, start=50)]
    text = "Heating costs are extra [3]. The deposit is 3,000 euros [3]. A garden is behind the house [1]."
    found = cited(text, hits)
    assert [citation.number for citation in found] == [1, 3]
    texts = [LEASE[start - 50 : end - 50] for start, end in found[1].spans]
    assert texts == ["The deposit is 3,000 euros.", "Heating costs are extra."]


def test_spans_lie_inside_their_chunks() -> None:
    hits = [hit(f"  {LEASE}\n", start=333), hit(HOUSE, start=0)]
    text = "Deposit and garden [1][2]. Floors [2]. Heating [1]. Unknown [1]."
    for citation in cited(text, hits):
        assert citation.spans
        for start, end in citation.spans:
            assert citation.chunk.start <= start < end <= citation.chunk.end


def test_citation_without_a_word_in_common_has_no_span() -> None:
    [citation] = cited("Unicorns [1].", [hit(LEASE)])
    assert citation.spans == ()


# Verdicts and places


@pytest.mark.parametrize(
    ("sentence", "support"),
    [
        ("The deposit is 3,000 euros [1].", "supported"),
        ("The deposit is 4,000 euros [1].", "contradicted"),
        ("The deposit is not 3,000 euros [1].", "contradicted"),
        ("The deposit of Zoe is 3,000 euros [1].", "partly supported"),
        ("Unicorns sleep under bridges [1].", "not found"),
        ("The deposit is 3,000 euros.", "without citation"),
    ],
)
def test_verdict(sentence: str, support: str) -> None:
    [checked] = statements(sentence, [hit(LEASE)], reader=READER)
    assert checked.support == support
    assert bool(checked.problem) == (support != "supported")


def test_words_for_and_against_are_placed_in_the_document() -> None:
    [checked] = statements("The deposit is 4,000 euros [1].", [hit(LEASE, start=500)], reader=READER)
    [against], [evidence] = checked.against, checked.evidence
    assert (against.number, LEASE[against.start - 500 : against.end - 500]) == (1, "3,000 euros")
    assert LEASE[evidence.start - 500 : evidence.end - 500] == "The deposit is 3,000 euros."


SOLD = "In 2006 the firm Halden acquired Brightlens from the Lindner family for 12 million pounds."
GEKAUFT = "Der Anbieter Nortel hat das Netz 2021 von Halvik gekauft."
TOUR = "The boat is run by the Petersen family. The tour starts at the harbour every day except Monday."
TICKETS = (
    "Tickets cost 3.20 euros, 40 cents more than before. Coffee is served in the museum until half an hour before it "
    "closes at 18:00."
)
CLAIMS = (
    "The insurer expects claims of 70 million euros, a fifth of them for cars. Cook 600 g of potatoes for 4 persons."
)
IDLE = "The turbine stood still for 52 days, until 19 March 2024."


@pytest.mark.parametrize(
    ("sentence", "passage", "support"),
    [
        ("The Lindner family sold Brightlens to Halden in 2006.", SOLD, "supported"),
        ("Halvik hat sein Netz 2021 an Nortel verkauft.", GEKAUFT, "supported"),
        ("Nortel hat sein Netz 2021 an Halvik verkauft.", GEKAUFT, "contradicted"),
        ("There is no tour on Mondays.", TOUR, "supported"),
        ("There is no tour on Sundays.", TOUR, "contradicted"),
        ("The Petersens run the boat.", TOUR, "supported"),
        ("The turbine stood still for more than seven weeks.", IDLE, "supported"),
        ("The turbine stood still for more than nine weeks.", IDLE, "partly supported"),
        ("Tickets cost 2.80 euros before.", TICKETS, "supported"),
        ("Tickets cost 3.60 euros before.", TICKETS, "contradicted"),
        ("Coffee is served in the museum until 17:30.", TICKETS, "supported"),
        ("Coffee is served in the museum until 18:30.", TICKETS, "contradicted"),
        ("Claims of 14 million euros are for cars.", CLAIMS, "supported"),
        ("Claims of 24 million euros are for cars.", CLAIMS, "contradicted"),
        ("Each person gets 150 g of potatoes.", CLAIMS, "supported"),
        ("Each person gets 250 g of potatoes.", CLAIMS, "partly supported"),
    ],
)
def test_sentence_in_a_readers_own_words(sentence: str, passage: str, support: str) -> None:
    found = hit(passage)
    code = "de" if passage == GEKAUFT else "en"
    there = replace(found, chunk=replace(found.chunk, title="", metadata={"language": code}))
    [checked] = statements(f"{sentence[:-1]} [1].", [there], reader=AUTO, answered=code, language="auto")
    assert checked.support == support, checked.problem


def test_loosely_worded_and_altered_sentences() -> None:
    """No fewer are right than were measured; docs/quality.md says what passes."""
    folder = Path(__file__).parent / "data" / "verification"
    passages = {row["id"]: row for row in map(json.loads, (folder / "passages.jsonl").read_text("utf-8").splitlines())}
    wrong = {True: 0, False: 0}
    for row in map(json.loads, (folder / "sentences.jsonl").read_text("utf-8").splitlines()):
        passage = passages[row["passage"]]
        found = hit(passage["text"])
        there = replace(found, chunk=replace(found.chunk, title="", metadata={"language": passage["language"]}))
        said = problem(row["sentence"], [there], reader=AUTO, answered=passage["language"], language="auto")
        wrong[row["true"]] += bool(said) == row["true"]
    assert wrong[True] <= 5
    assert wrong[False] <= 9


def test_time_to_check_does_not_grow_with_the_square_of_a_sentence() -> None:
    def work(sentence: str) -> int:
        """Count the calls that the check makes."""
        calls = 0

        def count(_frame: object, event: str, _arg: object) -> None:
            nonlocal calls
            calls += event == "call"

        before = sys.getprofile()
        sys.setprofile(count)
        try:
            statements(sentence, [hit(LEASE)], reader=READER)
        finally:
            sys.setprofile(before)
        return calls

    once, four_times = (work(f"Paid {'(1 ' * count}[1]") for count in (350, 1_400))
    assert four_times < 6 * once


def test_number_late_in_a_long_sentence_is_checked() -> None:
    long = f"The house has {'very ' * 400}large rooms and the deposit is 4,000 euros."
    assert "4,000" in unsupported(long, LEASE)


def test_long_number_is_not_nearly_another() -> None:
    """Two telephone numbers that differ in the last of eleven digits were taken for equal."""
    assert agree(Amount(49305558081, digits=11), Amount(49305558080, digits=10)) is False
