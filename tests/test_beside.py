"""What a model wrote without footnotes, held to the quotations."""

from fakes import hit

from qa.answering.writing.beside import beside_quotations, is_sure, set_none
from qa.types import Answer, Citation, Hit, Place, Statement

LEASE = hit("The deposit of the flat is 3,000 euros. It is paid to Anna Ferguson.", key="lease")
PETS = hit("Cats are allowed in the flat.", key="pets")
CELLAR = hit("The cellar has 12 square metres.", key="cellar")
QUESTION = "How high is the deposit of the flat?"
QUOTE = "The deposit of the flat is 3,000 euros."


def made(*statements: Statement, hits: tuple[Hit, ...], spans: dict[int, tuple[int, int]], model: str = "m") -> Answer:
    cited = sorted({number for item in statements for number in item.citations})
    return Answer(
        question=QUESTION,
        query=QUESTION,
        text=" ".join(f"{item.text} [{item.citations[0]}]" if item.citations else item.text for item in statements),
        statements=statements,
        citations=tuple(Citation(number, hits[number - 1].chunk, (spans[number],)) for number in cited),
        hits=hits,
        found=True,
        model=model,
    )


def found(text: str, number: int, start: int, end: int, problem: str = "") -> Statement:
    return Statement(text, (number,), problem, evidence=(Place(number, start, end),), added=True)


QUOTED = made(
    Statement(QUOTE, (1,)),
    Statement("The cellar has 12 square metres.", (2,)),
    hits=(LEASE, CELLAR),
    spans={1: (0, 39), 2: (0, 32)},
)


def test_written_sentence_stands_in_front_of_the_quotations_under_its_own_numbers() -> None:
    """A quotation that says the same is left out, and a passage that was not there before is added."""
    sentence = found("The deposit is 3,000 euros.", 2, 0, 39)
    written = made(sentence, hits=(PETS, LEASE), spans={2: (0, 39)})
    both = beside_quotations(written, QUOTED)
    assert both
    assert both.text == (
        "The deposit is 3,000 euros [2].\n\nThe deposit of the flat is 3,000 euros. [2]\n\n"
        "The cellar has 12 square metres. [3]"
    )
    assert both.hits[:2] == (PETS, LEASE)
    assert [citation.number for citation in both.citations] == [2, 3]
    assert both.citations[1].chunk == CELLAR.chunk
    assert [item.added for item in both.statements] == [True, False, False]
    same = made(found(QUOTE, 1, 0, 39), hits=(LEASE,), spans={1: (0, 39)})
    again = beside_quotations(same, QUOTED)
    assert again
    assert again.text == "The deposit of the flat is 3,000 euros [1].\n\nThe cellar has 12 square metres. [2]"


def test_sentence_that_rests_on_another_place_is_left_out() -> None:
    elsewhere = made(found("Cats are allowed in the flat.", 1, 0, 29), hits=(PETS,), spans={1: (0, 29)})
    assert beside_quotations(elsewhere, QUOTED) is None


def test_sentence_of_other_words_is_left_out() -> None:
    """The check wants half of a sentence's words; where nothing was cited that is too few."""
    other = found("The deposit was lowered by the German government in spring.", 1, 0, 39)
    assert beside_quotations(made(other, hits=(LEASE,), spans={1: (0, 39)}), QUOTED) is None


def test_sentence_that_gives_the_question_back_says_nothing() -> None:
    echo = found("The deposit of the flat is high.", 1, 0, 39)
    assert beside_quotations(made(echo, hits=(LEASE,), spans={1: (0, 39)}), QUOTED) is None


def test_doubted_sentence_is_left_out() -> None:
    doubted = found("The deposit is 4,500 euros.", 1, 0, 39, "the passage says 3,000 here")
    assert beside_quotations(made(doubted, hits=(LEASE,), spans={1: (0, 39)}), QUOTED) is None


def test_one_footnote_of_the_model_itself_is_enough() -> None:
    own = Statement(QUOTE, (1,))
    one = found("It is paid to Anna Ferguson.", 1, 40, 67)
    assert set_none(made(one, hits=(LEASE,), spans={1: (0, 39)}))
    assert not set_none(made(own, one, hits=(LEASE,), spans={1: (0, 39)}))


def test_several_sentences_need_no_quotation_only_in_the_words_of_their_passages() -> None:
    """SmolLM2 wrote of a crew that worked to repair a cable; the passage told of a joint that had failed."""
    deposit = found("The deposit is 3,000 euros.", 1, 0, 39)
    paid = found("The deposit is paid to Anna Ferguson.", 1, 40, 67)
    told = found("The tenants worked hard to collect the money together.", 1, 40, 67)
    for second, sure in ((paid, True), (told, False)):
        written = made(deposit, second, hits=(LEASE,), spans={1: (0, 67)})
        assert is_sure(written, QUOTED) is sure
