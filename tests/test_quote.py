import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from conftest import run
from fakes import FakeDense, PlainWords, asked, hit
from numpy.typing import NDArray

from qa.answering.quoting.quote import best_quotes
from qa.answering.quoting.quote_count import chosen_of
from qa.answering.sentences.quoted_sentences import Quote, is_titled, sentences_of
from qa.retrieval.rank import mean_direction
from qa.text.names import Name, names_in
from qa.types import Hit

STOP_WORDS = {"the", "is", "a", "of", "it", "and", "to", "was", "in", "on", "by", "what", "when", "who", "how", "much"}


class Stemmed(PlainWords):
    """Each word is its own stem."""

    def stems(self, text: str, languages: Sequence[str] = ()) -> dict[int, str]:
        del languages
        words = [word for word in re.findall(r"\w+", text.lower()) if word not in STOP_WORDS]
        return dict(zip(self.terms(text), words, strict=True))


class Blind(FakeDense):
    """Everything is at a right angle to everything else, so that meaning adds nothing."""

    async def embed_sentences(self, texts: list[str]) -> NDArray[np.float32]:  # type: ignore[override]
        return np.eye(len(texts), 64, dtype=np.float32)

    async def embed_query(self, text: str) -> NDArray[np.float32]:
        del text
        return np.eye(1, 64, 63, dtype=np.float32)[0]


def quotes(
    question: str,
    *hits: Hit,
    embedder: FakeDense | None = None,
    gloss: str = "",
    limit: int = 3,
    nearly: float = 0.0,
    sparse: PlainWords | None = None,
    names: tuple[Name, ...] = (),
) -> list[Quote]:
    found: list[Quote] = []
    embedder = embedder or FakeDense()

    async def main() -> None:
        asks = [question, gloss] if gloss else [question]
        vector = mean_direction([await embedder.embed_query(text) for text in asks])
        query = asked(question, words=sparse or PlainWords(*STOP_WORDS), vector=vector, names=names)
        found.extend(await best_quotes(query, hits, embed=embedder.embed_sentences, limit=limit, nearly=nearly))

    run(main)
    return found


LEASE = (
    "# Deposit and fees of the lease\nThe deposit of the flat is three rents, and it is paid in full to\n"
    "the landlord. Heating is extra. The landlord returns the deposit in thirty days.\n\n"
    "| Deposit | 3,000 |\n| Garage | 50 |"
)


def test_gloss_of_the_question_chooses_among_sentences_that_share_no_word_with_it() -> None:
    passage = hit("Cats are allowed inside every garden here. Landlords return deposits within thirty days.")
    deposit = "Landlords return deposits within thirty days."
    for gloss, first in ((deposit, deposit), ("Cats are allowed inside every garden here.", "Cats are")):
        assert quotes("Wann gibt man Kautionen zurück?", passage, gloss=gloss)[0].text.startswith(first)


def test_sentence_that_answers_is_quoted_first() -> None:
    best = quotes("What is the deposit of the flat?", hit(LEASE), hit("Cats are allowed in the garden."))[0]
    assert best.text == "The deposit of the flat is three rents, and it is paid in full to the landlord."


def test_quotes_are_verbatim_and_their_places_are_in_the_document() -> None:
    document = "x" * 500 + LEASE
    for quote in quotes("deposit landlord garage heating", hit(LEASE, start=500), limit=9):
        assert " ".join(document[quote.start : quote.end].split()) == quote.text
        assert quote.hit.chunk.start <= quote.start < quote.end <= quote.hit.chunk.end


def test_score_by_hand() -> None:
    # Words: flat of flat, deposit, rent; the title holds deposit: 2 / 3. The sentence holds no date.
    # 0.4 · 2 / 3 + 0.2 · 2 / 3 (words, whatever they weigh) + 0.6 · 0.4 (passage) + 0.45 · 0 (meaning) = 0.64
    def score(text: str, sparse: PlainWords | None = None) -> float:
        [quote] = quotes(
            "when flat deposit rent", hit(text, title="Deposit", score=0.4), embedder=Blind(), sparse=sparse
        )
        return quote.score

    assert score("The flat has a balcony.") == pytest.approx(0.6 * 2 / 3 + 0.24)
    # With a date it gains 0.1.
    assert score("The flat of 1990 is big.") == pytest.approx(0.6 * 2 / 3 + 0.24 + 0.1)
    # One of two pairs, deposit rent: 0.1 / 2.
    assert score("The deposit and rent are big.") == pytest.approx(0.6 * 2 / 3 + 0.24 + 0.05)
    # A plain ranking's own score says nothing of the passage: the mean of its cosine and its BM25 share does.
    passage = replace(
        hit("The flat has a balcony.", title="Deposit"), retriever="rrf", score=0.03, cosine=0.3, bm25=0.7
    )
    [plain] = quotes("when flat deposit rent", passage, embedder=Blind())
    assert plain.score == pytest.approx(0.6 * 2 / 3 + 0.6 * 0.5)
    # Flat within flats, and rent within rents, one of three each; titles are no sentences.
    assert score("The flats and the rents.", Stemmed(*STOP_WORDS)) == pytest.approx(0.6 / 3 + 0.2 * 2 / 3 + 0.24)


def test_meaning_decides_between_sentences_of_the_same_words() -> None:
    class Meaning(FakeDense):
        async def embed_sentences(self, texts: list[str]) -> NDArray[np.float32]:  # type: ignore[override]
            return np.float32([[1, 0] if "short" in text else [0, 1] for text in texts])

        async def embed_query(self, text: str) -> NDArray[np.float32]:
            del text
            return np.float32([1, 0])

    passage = hit("The lease is rather long here. The lease is rather short here.")
    best = quotes("lease", passage, embedder=Meaning())[0]
    assert best.text == "The lease is rather short here."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was the tower built?", "The tower was built by order in 1931."),
        ("Who built the tower?", "The tower was built by Ada Lovelace."),
        ("Why was the tower built?", "The tower was built because of floods."),
        ("How high was the tower built?", "The tower was built 90 metres high."),
    ],
)
def test_sentence_that_holds_what_is_asked_for_is_preferred(question: str, expected: str) -> None:
    lines = [
        "The tower was built by order of them.",
        "The tower was built because of floods.",
        "The tower was built by Ada Lovelace.",
        "The tower was built 90 metres high.",
        "The tower was built by order in 1931.",
    ]
    if "high" in question:
        lines.pop()  # a year is a number as well
    found = quotes(question, *(hit(line) for line in lines), embedder=Blind())
    assert found[0].text == expected


def test_headings_titles_and_fragments_are_not_quoted() -> None:
    passage = hit(
        "## Deposit\nDeposit rules\n\nThe deposit of a flat in town\n\n"
        "The whole long title of the lease\n\nThe fee is 5.",
        title="The whole long title of the lease",
        heading="Rules › The deposit of a flat in town",
    )
    assert [quote.text for quote in quotes("deposit flat lease fee", passage, limit=9)] == ["The fee is 5."]


@pytest.mark.parametrize(
    "title",
    [
        "Deposit and Fees of the Whole Flat",
        "DEPOSIT OF THE FLAT (Unaudited)",
        "Deposit of Flats 19 Item 4.",
        "Deposit of Flats and Houses 21",
        "DEPOSIT OF FLATS, SECTION 1350",
    ],
)
def test_line_that_is_put_like_a_heading_comes_after_what_says_something(title: str) -> None:
    # Without its form the line would come first, for it holds the same words and stands first.
    sentence = "They paid the deposit of the flat, or of flats."
    found = quotes("deposit", hit(f"{title}\n\n{sentence}"), embedder=Blind(), limit=1)
    assert [quote.text for quote in found] == [sentence]
    [alone] = quotes("deposit", hit(title), embedder=Blind())
    assert alone.score == pytest.approx(0.4 + 0.2 + 0.6 * 0.5 - 0.15)


@pytest.mark.parametrize(
    "line",
    [
        "The Deposit Of The Flat Is High.",
        "Deposit Of Flat: High",
        "Deposit Of Flat 13 m/s",
        "the deposit of a flat",
        "Kaution 3.000",
    ],
)
def test_sentence_value_and_line_in_small_letters_are_no_headings(line: str) -> None:
    [found] = quotes("deposit kaution", hit(f"{line} | 5" if line.startswith("K") else line), embedder=Blind())
    assert found.score >= 0.2 + 0.3


@pytest.mark.parametrize(
    "line",
    [
        *("Total due £1,228.80", "TOTAL DUE   EUR 1.228,80", "VAT 20% £204.80", "Summe 374,40 €", "Summe 12 Euro"),
        # Bills set sums without a currency, days without a verb; and a short sentence ends in a full stop.
        *("Nachzahlung 181,00", "3 Brezen 2,85", "Zahlbar bis 11.04.2025.", "Paid by card."),
    ],
)
def test_amount_beside_what_it_is_says_something_however_short(line: str) -> None:
    page = hit(f"Ashdown Supplies\nUnit 6, Mill Way\n\n{line}\n\nPayment terms: 14 days.", title="bill", start=9)
    assert " ".join(line.split()) in [quote.text for quote in sentences_of(page)]
    assert not is_titled(line)


def test_amount_of_money_does_not_say_when() -> None:
    page = hit("Ashdown Supplies bill\n\nTotal due £1,228.80\n\nPlease pay it within 14 days.", title="bill", start=9)
    [found, *_] = quotes("when is the bill due", page, embedder=Blind(), limit=1)
    assert found.text == "Please pay it within 14 days."
    [found, *_] = quotes("how much is due", page, embedder=Blind(), limit=1)
    assert found.text == "Total due £1,228.80"


@pytest.mark.parametrize(
    "line", ["Prices in €", "£40", "12 Euro", "Deposit rules 2024", "Section 3.12", "Paid by card"]
)
def test_short_line_without_an_amount_of_something_says_nothing(line: str) -> None:
    page = hit(f"They paid it all at once.\n\n{line}\n\nThey paid the rest later.", title="bill")
    assert line not in [quote.text for quote in sentences_of(page)]


def test_what_a_colon_announces_is_quoted_with_it() -> None:
    listed = "The deposit of the flat covers the following:\n- walls\n- windows and doors.\n- one stove\n\nCats are in."
    [found, *_] = quotes("deposit of the flat", hit(f"Before. {listed}", start=50), embedder=Blind(), limit=1)
    assert found.text == "The deposit of the flat covers the following: walls; windows and doors. one stove"
    assert (found.start, found.end) == (58, 58 + listed.index("\n\n"))
    [found, *_] = quotes(
        "deposit flat covers", hit("The deposit of the flat covers this:\n\nWalls. Cats."), embedder=Blind()
    )
    assert found.text == "The deposit of the flat covers this: Walls."
    # The lines of a table have no full stops: as many as make 300 characters.
    table = "\n".join(f"| Item {number} | {number} euros for every month |" for number in range(1, 40))
    [found, *_] = quotes("deposit flat", hit(f"The deposit of the flat is this:\n{table}"), embedder=Blind(), limit=1)
    lead = "The deposit of the flat is this:"
    assert 250 < len(found.text) - len(lead) <= 301
    assert found.text.endswith("euros for every month |")


def test_colon_at_the_end_of_a_passage_announces_nothing_there() -> None:
    [found] = quotes("deposit flat", hit("The deposit of the flat covers the following:"), embedder=Blind())
    assert found.text == "The deposit of the flat covers the following:"


def test_quote_that_another_one_announces_is_not_repeated() -> None:
    text = "The deposit of the flat covers this:\n- deposit of flat walls\n- deposit of flat doors"
    found = quotes("deposit flat", hit(text), embedder=Blind())
    assert [quote.text for quote in found] == [
        "The deposit of the flat covers this: deposit of flat walls; deposit of flat doors"
    ]


def test_short_table_row_and_short_sentence_are_quoted() -> None:
    assert [quote.text for quote in quotes("deposit", hit("| Deposit | 5 |"))] == ["| Deposit | 5 |"]
    assert [quote.text for quote in quotes("deposit", hit("Deposit: five"))] == ["Deposit: five"]


def test_value_with_its_name_alone_is_quoted() -> None:
    text = "MAX_RETRY_COUNT = 7\n\nThe silo reports its level in kilograms every hour."
    assert quotes("What is MAX_RETRY_COUNT?", hit(text))[0].text == "MAX_RETRY_COUNT = 7"


def test_nothing_too_long_to_read_is_quoted() -> None:
    assert quotes("deposit", hit("deposit " * 100 + "end.")) == []
    assert len(quotes("deposit", hit("deposit " * 80 + "end."))) == 1


def test_hits_without_a_sentence_give_no_quote() -> None:
    assert quotes("deposit") == []
    assert quotes("deposit", hit("Deposit"), hit(" \n ")) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_no_more_quotes_than_the_limit(limit: int) -> None:
    words = ("tiny garden door", "blue roof beam", "old oak stair", "wide open plan", "new oil stove", "far lake view")
    passages = [hit(f"The deposit flat high {name}.") for name in words]
    assert len(quotes("deposit flat high", *passages, limit=limit)) == limit


def test_sentence_far_below_the_best_does_not_join() -> None:
    """A footnote that says nothing on the matter costs trust."""
    found = quotes(
        "deposit flat", hit("The deposit of the flat is high."), hit("Cats sleep a lot here."), embedder=Blind()
    )
    assert [quote.text for quote in found] == ["The deposit of the flat is high."]


def test_same_sentence_in_two_passages_is_quoted_once() -> None:
    twice = [hit("The deposit is very high.", title=title) for title in ("One", "Two")]
    assert [quote.hit.chunk.title for quote in quotes("deposit", *twice)] == ["One"]


def test_sentence_after_a_quote_is_preferred_to_one_elsewhere() -> None:
    # The others hold two of three words; the one right after the best counts more.
    first, second, elsewhere = (
        "The flat with rent is let for its deposit.",
        "Any deposit bears interest as does rent.",
        "Another deposit is rather low for rent.",
    )
    found = quotes("deposit flat rent", hit(elsewhere), hit(f"{first} {second}"), embedder=Blind(), limit=2, nearly=0.7)
    assert [quote.text for quote in found] == [first, second]
    assert found[1].score == pytest.approx(0.6 * 2 / 3 + 0.3)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did the deposit of the flat rise?", 1),  # the best holds the only date
        ("What became of the deposit of the flat?", 2),
        ("When did the deposit of the flat rise, and who said so?", 2),
    ],
)
def test_answer_is_as_long_as_the_question_needs(question: str, expected: int) -> None:
    text = (
        "The deposit of the flat did rise in May 2021. It was said that the deposit of a flat should rise more in 2030."
    )
    assert len(quotes(question, hit(text), embedder=Blind())) == expected


def test_candidates_are_more_than_an_answer() -> None:
    """Who looks through them for one asks for those that are nearly as good."""
    text = "The deposit of the flat did rise in May 2021. The deposit of a flat did rise more in 2030."
    embedder, found = Blind(), []

    async def main() -> None:
        query = asked(
            "When did the deposit of the flat rise?",
            words=PlainWords(*STOP_WORDS),
            vector=await embedder.embed_query(""),
        )
        found.extend(await best_quotes(query, [hit(text)], embed=embedder.embed_sentences, nearly=0.8))

    run(main)
    assert len(found) == 2


def test_sentence_that_can_hold_no_number_does_not_answer_how_many() -> None:
    passage = hit("The flats of the house are big. There are seven flats in it.")
    found = quotes("How many flats are in the house?", passage, embedder=Blind())
    assert [quote.text for quote in found] == ["There are seven flats in it."]
    none = quotes("How many flats are in the house?", hit("The flats of the house are big."), embedder=Blind())
    assert len(none) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dogs are allowed in the office. Cats are not. The kitchen is closed on Sundays.", "Cats are not."),
        ("Visitors may use the lift by day. Not in a fire. The stairs are wide and bright.", "Not in a fire."),
        ("Hunde sind im Büro erlaubt. Katzen nicht. Die Küche ist am Sonntag geschlossen.", "Katzen nicht."),
    ],
)
def test_elliptical_sentence_is_quoted_with_the_one_that_it_rests_on(text: str, expected: str) -> None:
    question = text.split(".")[0]
    [quote] = quotes(question, hit(text), embedder=Blind(), limit=1)
    assert quote.text == f"{question}. {expected}"
    assert text[quote.start : quote.end] == quote.text


def test_sentence_that_points_back_gains_from_the_one_before_it() -> None:
    text = "The rotor of the turbine was new. It broke in the gale of autumn. Nobody was near in that long gale."
    found = quotes("gale rotor turbine", hit(text), embedder=Blind(), limit=2)
    assert [quote.text for quote in found][1] == "It broke in the gale of autumn."


def test_sentence_without_a_new_name_does_not_tell_who() -> None:
    text = "Author: Ada Osei, safety manager. Ada Osei took over as safety manager from Desmond Arkley, who retired."
    found = quotes("who was safety manager before Ada Osei", hit(text), embedder=Blind(), limit=1)
    assert "Arkley" in found[0].text


def test_row_under_a_column_with_the_unit_holds_what_is_asked_for() -> None:
    text = (
        "Cause Lost energy GWh\nGrid orders 9.1\nCalm weather 8.2\n\nThe grid gave 70 orders of energy that were lost."
    )
    found = quotes("How many gigawatt hours of energy were lost to grid orders?", hit(text), embedder=Blind(), limit=1)
    assert found[0].text == "Cause Lost energy GWh: Grid orders 9.1"


def test_follow_up_is_answered_and_not_what_stands_in_front_of_it() -> None:
    text = "The limit by day is raised for the boat. At night the limit of the boat remains 1.25 m, as it was before."
    embedder, found = Blind(), []

    async def main() -> None:
        query = replace(
            asked(
                "What is the limit of the boat? How high is it at night?",
                words=PlainWords(*STOP_WORDS),
                vector=await embedder.embed_query(""),
            ),
            question="How high is it at night?",
        )
        assert query.asked == "How high is it at night?"
        found.extend(await best_quotes(query, [hit(text)], embed=embedder.embed_sentences))

    run(main)
    assert len(found) == 1


def test_sentence_before_a_quote_gets_no_bonus() -> None:
    text = "Another deposit is rather low. The deposit of the flat is high."
    found = quotes("deposit flat", hit(text), embedder=Blind())
    assert [quote.text for quote in found] == ["The deposit of the flat is high."]


def test_model_runs_on_the_promising_sentences_only() -> None:
    counted = FakeDense()
    sizes: list[int] = []

    class Counting(FakeDense):
        async def embed_sentences(self, texts: list[str]) -> NDArray[np.float32]:  # type: ignore[override]
            sizes.append(len(texts))
            return await counted.embed_sentences(texts)

    many = hit(" ".join(f"The deposit of flat number {number} is high." for number in range(60)))
    last = hit("The deposit of the castle is high.")
    best = quotes("deposit castle", many, last, embedder=Counting())[0]
    assert sizes == [1, 12]
    assert best.hit is last


def test_row_of_a_table_is_quoted_with_its_columns_names() -> None:
    row = "| Plover Dash | 1.5 m |"
    text = f"| Vessel | Wave limit |\n| --- | --- |\n| Teal Runner | 2 m |\n{row}"
    [best, *_] = quotes("wave limit of Plover Dash", hit(text, start=40))
    assert best.text == "Vessel: Plover Dash; Wave limit: 1.5 m"
    assert (best.start, best.end) == (40 + text.index(row), 40 + len(text))


def test_only_sentences_that_may_answer_compete() -> None:
    """The second says less about the deposit, but is the only one that names the house."""
    text = "The deposit of the flat is three rents. The house has a deposit too."
    found: list[Quote] = []

    async def main() -> None:
        embedder = FakeDense()
        question = "How much is the deposit of the flat?"
        query = asked(question, words=PlainWords(*STOP_WORDS), vector=await embedder.embed_query(question))
        found.extend(
            await best_quotes(
                query,
                [hit(text)],
                embed=embedder.embed_sentences,
                limit=1,
                nearly=0.8,
                may_answer=lambda quote: "house" in quote.text,
            )
        )

    run(main)
    assert [quote.text for quote in found] == ["The house has a deposit too."]


def test_question_of_a_number_alone_is_answered_where_the_number_stands() -> None:
    question = "Wem gehört die Nummer 0034612345678?"
    names = names_in(question, capitals=False, terms_of=lambda _word: [], known=None)
    hits = (
        hit("Die Nummer gehört Frau Maier, sagt die Gemeinde. Wem gehört die Nummer?", score=0.6),
        hit("Bike shop: +34 612 345 678. Plumber: 08382 77 40 11.", score=0.5, rank=2),
    )
    found = quotes(question, *hits, names=names)
    assert [quote.text for quote in found] == ["Bike shop: +34 612 345 678."]


def test_first_line_in_the_words_of_the_title_answers_nothing() -> None:
    text = "Dunmore Mouldings: price list 2026\n\nThe prices of Dunmore changed in May.\nAll prices are without tax."
    found = quotes("What changed in the Dunmore price list?", hit(text, title="Dunmore price list 2026"))
    assert found[0].text == "The prices of Dunmore changed in May."
    assert "Dunmore Mouldings: price list 2026" not in [quote.text for quote in found]
    said = hit("The rent of Mill Lane 3 is 900 pounds\n\nDogs are allowed in the house.", title="Rent Mill Lane 3")
    assert quotes("What is the rent of Mill Lane 3?", said)[0].text == "The rent of Mill Lane 3 is 900 pounds"


def test_short_item_of_a_list_answers_with_its_number() -> None:
    text = "The cake is for ten people.\n\n- 225 g butter\n- 4 eggs\n- zest of 2 lemons for the cake\n"
    assert quotes("How many eggs for the cake?", hit(text, title="Cake"))[0].text == "4 eggs"


@pytest.mark.parametrize(
    ("question", "answers", "others"),
    [
        ("What is the phone number of Dunmore?", "Dunmore Mouldings, 01632 960 114", "Dunmore delivers above £250."),
        ("What is the email address of Dunmore?", "Dunmore: sales@dunmore.example", "Dunmore is in 3 Hill Road."),
        ("What is the IBAN of Dunmore?", "Dunmore, DE44 5001 0517 5407 3249 31", "The number of Dunmore is 2025-118."),
    ],
)  # fmt: skip
def test_number_to_call_is_no_other_sentence_about_its_owner(question: str, answers: str, others: str) -> None:
    found = hit(f"{others}\n\nPlease contact us at once.\n\n{answers}\n")
    assert [quote.text for quote in quotes(question, found)] == [answers]
    assert not quotes(question, hit(f"{others}\n\nPlease contact us at once.\n"))
    assert quotes("Are phones allowed at Dunmore?", hit("Phones stay at home."))


def test_day_on_which_a_lease_may_be_ended_is_not_the_one_on_which_it_ends() -> None:
    right = "Either party may end the lease on 29 February 2024 by notice."
    term = "The term begins on 1 March 2021, ending on 28 February 2026."
    found = [hit(f"{right} The roof is kept by the landlord."), hit(term)]
    assert quotes("when does the lease end", *found, embedder=Blind())[0].text == term
    assert quotes("when may we end the lease", *found, embedder=Blind())[0].text == right
    # Where no day is stated, the right is all there is.
    assert quotes("when does the lease end", found[0], embedder=Blind())[0].text == right


def test_steps_of_a_list_are_quoted_in_their_order() -> None:
    passage = hit(
        "Baby chokes:\n\n1. Hold the baby down low\n2. Give the choking baby back blows\n3. Turn baby round\n"
    )
    found = quotes("what helps a choking baby", passage, embedder=Blind(), nearly=0.1)
    starts = [quote.start for quote in found]
    assert len(starts) > 1
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("text", "is_told"), [("Trams wait here 3 days.", False), ("The pump repair took 3 days.", True)]
)
def test_number_of_another_thing_is_no_answer(text: str, *, is_told: bool) -> None:
    near = hit("Hard repair work on the pump was done, take care.", score=0.6)
    found = quotes(
        "how long did repair on the pump take", near, hit(text, score=0.6 if is_told else 0.1), embedder=Blind()
    )
    assert [quote.text for quote in found][:1] == [text] * is_told


@pytest.mark.parametrize(("language", "is_translated", "taken"), [("de", False, 2), ("de", True, 1), ("en", False, 1)])
def test_passage_in_a_language_that_no_dictionary_reads_is_quoted_at_greater_length(
    language: str, is_translated: bool, taken: int
) -> None:
    """Meaning alone tells which sentence of it answers, and not so well."""
    text = "The gate closes at ten o'clock. Guests are let in by the porter. The porter has the key."
    found = hit(text)
    found = replace(found, chunk=replace(found.chunk, metadata={"language": "en"}))
    first, _, last = sentences_of(found, "english")
    scored = [replace(first, score=0.5), replace(last, score=0.45)]
    query = asked("Wann schließt das Tor?", language=language, is_translated=is_translated)
    assert len(chosen_of(query, scored, np.eye(2, dtype=np.float32), 3, 0.0)) == taken
