import re
import zlib

import pytest
from fakes import hit

from qa.types import Citation, Hit
from qa.verify import citations, problem, statements

STOP_WORDS = {"the", "is", "a", "of", "it", "and", "to", "was", "in", "on", "by"}


def terms_of(text: str) -> list[int]:
    return [zlib.crc32(word.encode()) for word in re.findall(r"\w+", text.lower()) if word not in STOP_WORDS]


LEASE = "The deposit is 3,000 euros. It is paid to Anna Ferguson on 3 May 2021. Heating costs are extra."
HOUSE = "The house has two floors. A garden is behind it."


def problems(text: str, *passages: str) -> list[str]:
    return [item.problem for item in statements(text, [hit(passage) for passage in passages], terms_of=terms_of)]


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
    assert problem(sentence, [LEASE], terms_of) == ""


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("The deposit is 4,000 euros.", "4,000"),
        ("The deposit is 3 000 euros.", "000"),
        ("The deposit is 3,000.50 euros.", "3,000.50"),
        ("It is paid on 4 May 2021.", "4"),
        ("It is paid on 3 June 2021.", "June"),
        ("It is paid on 2021-05-03.", "2021-05-03"),
        ("It is paid to Bella Ferguson.", "Bella"),
        ("The deposit is 9 of 8 euros to Zoe, 9 in all.", "9, 8, Zoe"),
    ],
)
def test_number_date_or_name_that_no_passage_holds_is_named(sentence: str, missing: str) -> None:
    assert problem(sentence, [LEASE], terms_of) == f"the cited passages do not hold {missing}"


def test_part_of_a_number_is_another_number() -> None:
    assert "30" in problem("The deposit is 30 euros.", ["The deposit is 300 euros."], terms_of)
    assert "3" in problem("The deposit is 3 euros.", ["The deposit is 3.5 euros."], terms_of)


def test_several_passages_support_a_sentence_together() -> None:
    sentence = "The deposit of the house is 3,000 euros and two floors."
    assert problem(sentence, [LEASE, HOUSE], terms_of) == ""
    assert "3,000" in problem(sentence, [HOUSE], terms_of)


def test_half_of_the_words_are_enough_and_less_is_not() -> None:
    few = "the cited passages say it in few of these words"
    # deposit, euros of deposit, euros, tall, green: 2 of 4.
    assert problem("The deposit is euros, tall and green.", [LEASE], terms_of) == ""
    # deposit of deposit, tall, green: 1 of 3.
    assert problem("The deposit is tall and green.", [LEASE], terms_of) == few


def test_sentence_without_terms_or_passages() -> None:
    assert problem("It is.", [LEASE], terms_of) == ""
    assert problem("It is.", [], terms_of) == "no passage is cited"


# A whole answer


def test_each_sentence_is_checked_against_its_own_citations() -> None:
    text = "The deposit is 3,000 euros [1]. The house has two floors [2]. The deposit is 3,000 euros [2]. A garden."
    checked = statements(text, [hit(LEASE), hit(HOUSE)], terms_of=terms_of)
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
    checked = statements(text, [hit(LEASE), hit(HOUSE)], terms_of=terms_of)
    assert [(item.text, item.citations) for item in checked] == [
        ("The deposit is 3,000 euros.", (1,)),
        ("A garden.", (2,)),
    ]


def test_title_and_heading_belong_to_the_passage() -> None:
    passage = hit("The deposit is due.", title="Lease 2021", heading="Berlin")
    [checked] = statements("The deposit of Berlin is due, lease of 2021 [1].", [passage], terms_of=terms_of)
    assert checked.problem == ""


def test_answer_of_markers_or_nothing_says_nothing() -> None:
    assert problems("", LEASE) == []
    assert problems("[1]", LEASE) == []


def test_numbers_of_a_list_are_no_statements() -> None:
    text = "1. The deposit is 3,000 euros [1].\n2. Heating costs are extra [1]."
    assert problems(text, LEASE) == ["", ""]


# Citations


def cited(text: str, hits: list[Hit]) -> list[Citation]:
    return citations(statements(text, hits, terms_of=terms_of), hits, terms_of=terms_of)


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
