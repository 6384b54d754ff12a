"""Of several things of a kind, the one that is asked for is quoted, or it is said that another one is."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from fakes import PlainWords, asked, chunk

from qa.answering.saying.phrases import phrases
from qa.answering.sentences.asked_thing import held_in, is_over, without_siblings, words_asked
from qa.answering.sentences.quoted_sentences import Quote, sentences_of
from qa.answering.taken_back.siblings import about_note, sibling_of, without_surely_others
from qa.retrieval.query import Query
from qa.text import outline
from qa.types import Chunk, Hit

STOP_WORDS = """the is a an of it and to was in on by what when who how much many did does do at for from wie ist hat
der die das im in ein eine einen wird vom auf den wer""".split()  # noqa: SIM905

DOGS = """# Dogs
## Rolo
Born in 2019. Next jab: 4 March 2026.
## Biscuit
Born in 2021. Next jab: 9 May 2026.
## Fenn
He lives with Ann."""


def query_of(question: str, language: str = "en") -> Query:
    return asked(question, words=PlainWords(*STOP_WORDS), language=language)


def in_sections(text: str, *, title: str = "Dogs") -> Hit:
    """A passage that holds several sections, as ingest makes one of short ones."""
    found = [(match.start(), f"{title} › {match[1]}") for match in re.finditer(r"^## (\w+)", text, re.MULTILINE)]
    return _with(chunk(text, title=title, heading=title), {outline.KEY: outline.written(found)})


def paper(text: str, title: str = "Paper", **more: str) -> Hit:
    return _with(chunk(text, title=title), more)


def _with(made: Chunk, metadata: Mapping[str, str]) -> Hit:
    return Hit(replace(made, metadata=metadata), 0.5, 1, "scores", cosine=0.5, bm25=0.5)


def left(question: str, hits: list[Hit], language: str = "en") -> list[str]:
    quotes = [quote for found in hits for quote in sentences_of(found)]
    return [quote.text for quote in without_siblings(query_of(question, language), quotes, hits)]


def first_with(word: str, hits: list[Hit]) -> Quote:
    return next(quote for found in hits for quote in sentences_of(found) if word in quote.text)


@pytest.mark.parametrize(
    ("question", "text", "kept", "out"),
    [
        ("next jab of biscuit", DOGS, "9 May", "4 March"),
        ("when is rolo's next jab", DOGS, "4 March", "9 May"),
        # What a sentence points back at is its subject.
        (
            "excess on the liability insurance",
            "The home insurance is with Vale. It has an excess of £150. "
            "The liability insurance is with Harding. It has an excess of £100.",
            "£100",
            "£150",
        ),
        ("how many hours did priya work in week 3",
         "Priya worked 9 hours in week 2. Priya worked 4 hours in week 3.", "week 3", "week 2"),
        # What is over gives way to what is so since.
        ("what is the rate", "Until March the rate was £410. Since April the rate is £445.", "£445", "£410"),
        ("wer ist zeugwart", "Zeugwart war bis 2023 Holger Brandes. Seit 2024 ist Ulrike Tamm Zeugwart.",
         "Ulrike", "Holger"),
    ],
)  # fmt: skip
def test_a_sibling_gives_way_to_what_is_asked_for(question: str, text: str, kept: str, out: str) -> None:
    found = left(question, [in_sections(text)], "de" if question.startswith("wer") else "en")
    assert any(kept in sentence for sentence in found)
    assert not any(out in sentence for sentence in found)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        # Both are asked for.
        ("compare the next jab of rolo and biscuit", DOGS),
        # Neither says more of the question.
        ("when is the next jab", DOGS),
        # How it was is asked.
        ("what was the rate in 2024", "Until March the rate was £410. Since April the rate is £445."),
    ],
)
def test_what_no_sibling_says_better_stays(question: str, text: str) -> None:
    found = in_sections(text)
    assert left(question, [found]) == [quote.text for quote in sentences_of(found)]


def test_a_word_with_a_number_is_one_word() -> None:
    assert "kiedy" not in words_asked(replace(query_of("Do kiedy ważna jest polisa samochodu?"), language="pl"))
    assert "care" in words_asked(query_of("When does the care home close?"))
    assert "week 3" in words_asked(query_of("how many hours in week 3"))
    assert "in 2024" not in words_asked(query_of("how many hours in 2024"))
    assert "may 3" not in words_asked(query_of("how many hours on may 3"))


@pytest.mark.parametrize(
    ("question", "hits", "word", "is_sure"),
    [
        # Each dog has a next jab but this one.
        ("next jab of fenn", [in_sections(DOGS)], "4 March", True),
        ("next jab of rolo", [in_sections(DOGS)], "4 March", None),
        ("how many hours did priya work in week 4",
         [paper("Name: Priya; Week: 3; Hours: 9", rows="1")], "Week: 3", True),
        # A list tells who is on it.
        ("how many hours did miriam work in week 3",
         [paper("Name: Priya; Week: 3; Hours: 9", rows="1")], "Week: 3", True),
        # It alone speaks of it, and of no tension.
        ("what is the blade tension of the planer",
         [paper("Blade tension: 18 kg.", "Band saw"), paper("Largest depth of cut: 3 mm.", "Planer")], "18", True),
        ("what is the blade tension of the saw",
         [paper("Blade tension: 18 kg.", "Band saw"), paper("Largest depth of cut: 3 mm.", "Planer")], "18", None),
        # It may be called otherwise.
        ("how much is the deposit for the canoe", [paper("The deposit is £40.", "Hire of boats")], "£40", False),
        ("who is the secretary", [paper("Treasurer: Imran Sethi", "Officers")], "Imran", False),
        # It tells more of the year, and is no thing.
        ("how much is the deposit for another year", [paper("The deposit is £40 a year.", "Hire")], "£40", None),
        # A paper of several of a kind is not the only one about one of them.
        ("when did the king die",
         [paper("He died at the age of 15.", "Edward VI"), paper("The king had a college built.", "Tudor kings")],
         "15", False),
        # The last word is what they did.
        ("how much did shares of Tallis fall", [paper("Shares of Tallis fell by 3 %.", "News")], "3 %", None),
        # Who did what is asked, and "repaired" is nobody.
        ("who has repaired the roof", [paper("The roof was mended by Hallam.", "Invoice")], "Hallam", None),
    ],
)  # fmt: skip
def test_a_sibling_is_told_apart(question: str, hits: list[Hit], word: str, is_sure: bool | None) -> None:
    quote = first_with(word, hits)
    found = sibling_of(query_of(question), quote, hits)
    assert (found.is_sure if found else None) is is_sure
    quotes, other = without_surely_others(query_of(question), [quote], hits)
    assert bool(quotes) is (is_sure is not True)
    assert (other is not None) is (is_sure is False)


@pytest.mark.parametrize(
    ("question", "others", "is_told"),
    [
        # Hardly any paper speaks of it: it is the name of a thing.
        ("how much is the deposit for the canoe", 2, True),
        # Many do: whoever wrote the sentence only put it otherwise.
        ("how much is the deposit for the canoe", 3, False),
        # What is done is no thing either, nor is any where the paper itself is named.
        ("when is the deposit of a boat returned", 0, False),
        ("how much is the hire of boats on a map", 0, False),
        # A time is no thing.
        ("on which day of the week is the deposit due", 0, False),
    ],
)
def test_only_a_rare_word_is_the_name_of_another_thing(question: str, others: int, *, is_told: bool) -> None:
    elsewhere = [paper(f"Trip {number}: by canoe, one week.", f"Trip {number}") for number in range(others)]
    hits = [paper("The deposit of £40 is due on Monday.", "Hire of boats"), *elsewhere]
    found = sibling_of(query_of(question), first_with("£40", hits), hits)
    assert (found is not None) is is_told


def test_what_is_far_from_the_question_beats_nothing_in_another_document() -> None:
    """Clouds "in the sky" were told of by a film in which somebody named St. Cloud looks at the sky."""
    hits = [paper("Such clouds hang over London.", "Weather"), paper("He meets Tess in Paris.", "Charlie Clouds, sky")]
    near, far = (quote for found in hits for quote in sentences_of(found))
    query = query_of("where are clouds found in the sky")
    assert without_siblings(query, [near, far], hits) == [far]
    both = [replace(near, score=0.57), replace(far, score=0.47)]
    assert without_siblings(query, both, hits) == both


def test_a_participle_is_no_thing() -> None:
    hits = [paper("Sanierung des Dachs: 120 T€", "Haushalt", language="de")]
    quote = first_with("120", hits)
    assert sibling_of(query_of("Wie hoch ist die Sanierung des Dachs veranschlagt?", "de"), quote, hits) is None
    assert sibling_of(query_of("Wie hoch ist die Sanierung des Stegs?", "de"), quote, hits)


def test_the_note_says_what_it_is_about() -> None:
    hits = [paper("The deposit is £40.", "Hire of boats")]
    found = sibling_of(query_of("how much is the deposit for the canoe"), first_with("£40", hits), hits)
    assert found
    note = about_note(query_of("how much is the deposit for the canoe"), found)
    assert note == "“canoe” is not mentioned there: it is about “Hire of boats”."
    said = "“{name}” is not mentioned there: it is about “{thing}”."
    assert phrases("Wie hoch ist die Kaution?")(said, name="Kanu", thing="Boote").startswith("„Kanu“ kommt dort nicht")


def test_what_is_over_says_so() -> None:
    assert is_over("Harbourmaster: Alan Pike, until 2023")
    assert is_over("Until March the rate was £410.")
    assert not is_over("Children are looked after until 5 pm.")
    assert not is_over("Harbourmaster: Dana Whitlock, since 2023")


CAKES = """# Cakes
## Cheesecake
- 750 g quark
- 180 g sugar
## Marble cake
- 250 g butter
- 30 g cocoa"""


def test_an_amount_of_another_section_is_of_a_sibling() -> None:
    """A recipe that has none of it is no reason to quote the next one."""
    hits = [in_sections(CAKES.replace("Marble cake", "Marbled"), title="Cakes")]
    found = sibling_of(query_of("how much sugar goes into the marbled"), first_with("180 g", hits), hits)
    assert found is None or not found.is_sure  # nothing is told alike of both
    hits = [in_sections(f"{CAKES.replace('Marble cake', 'Marbled')}\n## Plain\n- 80 g sugar", title="Cakes")]
    found = sibling_of(query_of("how much sugar goes into the marbled"), first_with("180 g", hits), hits)
    assert found
    assert (found.name, found.about, found.is_sure) == ("marbled", "Cheesecake", True)


def test_who_is_asked_for_is_told_by_the_sentence_with_the_name() -> None:
    text = "Keys of the clubhouse. A key that is lost costs £86. Key of the cellar: Britta Sand."
    assert left("who has the key of the cellar", [paper(text, "Keys")])[-1] == "Key of the cellar: Britta Sand."
    assert "A key that is lost costs £86." not in left("who has the key of the cellar", [paper(text, "Keys")])


def test_what_every_paper_has_is_never_said_to_be_missing() -> None:
    """The word "due" is said by "Zahlbar bis" too, in a receipt whose language nothing tells."""
    bill = paper("Brennholz 120,00\nZahlbar bis 15.05.2025", "Brennholz", language="")
    assert sibling_of(query_of("when is the bill for Brennholz due"), first_with("Zahlbar", [bill]), [bill]) is None
    assert sibling_of(query_of("what is the total for Brennholz"), first_with("120", [bill]), [bill]) is None


def test_german_nouns_are_nobodys_name() -> None:
    text = "Schlüssel im Verein\n\nWer einen Schlüssel verliert, zahlt den Zylinder. Keller: Britta Sand."
    found = left("wer hat den schlüssel zum keller", [paper(text, "Schlüssel", language="de")], "de")
    assert "Keller: Britta Sand." in found
    assert "Wer einen Schlüssel verliert, zahlt den Zylinder." not in found


def test_figures_of_other_scripts_name_the_same_thing() -> None:
    asks = query_of("ما هو الإيجار في شارع النخيل ١٦؟", "ar")
    assert "النخيل 16" in words_asked(asks)
    assert held_in(asks, ("النخيل 16",), "شارع النخيل ١٦", "ar")
    assert not held_in(asks, ("النخيل 16",), "شارع النخيل ١٤", "ar")
