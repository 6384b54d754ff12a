import pytest
from hypothesis import example, given, settings, strategies

from qa.text.sentences import sentence_spans, unwrapped


def sentences(text: str, language: str = "english") -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language=language)]


_TEXTS = strategies.text(
    strategies.one_of(
        strategies.sampled_from(" \n\n.!?…-*•|#:;1aA\u00a0\u2028\t\"')(„“"), strategies.characters(codec="utf-8")
    ),
    max_size=200,
)
_LINES = strategies.lists(
    strategies.sampled_from(
        [
            "The fee is due on 3 May. It is paid",
            "by the tenant, see No. 4, and never",
            "later. What then?",
            "",
            "- an item that goes on over several lines",
            "  1. nested.",
            "2.",
            "-",
            "# Heading",
            "| a | b |",
            "Name: Ann; age: 3",
            "Dr. Smith",
            "\t",
        ]
    ),
    max_size=12,
).map("\n".join)


@settings(max_examples=300, deadline=None)
@given(strategies.one_of(_TEXTS, _LINES), strategies.sampled_from(["english", "german", "turkish", "klingon"]))
@example("a\n\n\nb", "english")
@example("1.\nBring the signed form to the office.", "english")
@example("- \n- Bring the form.", "english")
@example("\x1c. \x85A", "english")
def test_every_character_but_white_space_is_in_one_span(text: str, language: str) -> None:
    position = 0
    for start, end in sentence_spans(text, language=language):
        assert position <= start < end <= len(text)
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()


@settings(max_examples=200, deadline=None)
@given(strategies.one_of(_TEXTS, _LINES))
def test_unwrapped_changes_line_breaks_to_spaces_and_nothing_else(text: str) -> None:
    changed = unwrapped(text)
    assert len(changed) == len(text)
    for old, new in zip(text, changed, strict=True):
        assert new == old or (old, new) == ("\n", " ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("The fee is 3.50 euros. It is due.", ["The fee is 3.50 euros.", "It is due."]),
        ("See Fig. 3 for it. Then stop.", ["See Fig. 3 for it.", "Then stop."]),
        ("", []),
        (" \n\t\n ", []),
        ("no full stop", ["no full stop"]),
    ],
)
def test_sentences_end_at_their_marks(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_line_broken_at_the_margin_ends_no_sentence() -> None:
    text = (
        "The deposit is returned within thirty days of\nthe end of the lease. It bears interest, unless the\n"
        "parties agree."
    )
    assert [" ".join(sentence.split()) for sentence in sentences(text)] == [
        "The deposit is returned within thirty days of the end of the lease.",
        "It bears interest, unless the parties agree.",
    ]


def test_question_mark_of_a_label_ends_no_sentence() -> None:
    """A row was quoted up to the mark, which left its value out: "…; Consent required?"."""
    row = "Ref: CC-002; Paid?: No; Consent required?: Yes"
    assert sentences(f"{row}\nReady?: Yes\nIs it? He said: no.") == [row, "Ready?: Yes", "Is it?", "He said: no."]
    parties = "Party: " + "Kessler Industries and " * 25 + "others"
    assert sentences(f"{parties}; Paid?: No; Note: Late") == [f"{parties};", "Paid?: No; Note: Late"]


def test_blank_line_ends_a_sentence_without_a_full_stop() -> None:
    assert sentences("A paragraph of some length that stops\n\nAnother one of some length here") == [
        "A paragraph of some length that stops",
        "Another one of some length here",
    ]


def test_short_line_ends_something() -> None:
    assert sentences("Opening hours\nThe office is open from nine to five on every working day.") == [
        "Opening hours",
        "The office is open from nine to five on every working day.",
    ]


@pytest.mark.parametrize("sign", ["-", "*", "•", "–", "1.", "12)"])
def test_list_item_is_a_sentence_and_keeps_its_wrapped_lines(sign: str) -> None:
    first = f"{sign} Bring the signed form and a passport to\nthe office before noon."
    second = f"{sign} Pay the fee at the desk in cash only."
    assert sentences(f"{first}\n{second}") == [first, second]


def test_table_rows_headings_and_field_rows_stand_alone() -> None:
    text = "## Prices\n| Room | Price |\n| Blue room with a view | 80 |\nName: Ann; Room: blue\nName: Bob; Room: red"
    assert sentences(text) == text.split("\n")


def test_german_abbreviations_and_dates_end_nothing() -> None:
    text = "Dr. Müller kam am 3. Mai z. B. nach Köln. Er blieb."
    assert sentences(text, "german") == ["Dr. Müller kam am 3. Mai z. B. nach Köln.", "Er blieb."]


def test_unwrapped_joins_sentences_and_keeps_list_items_apart() -> None:
    text = "The deposit is returned within\nthirty days.\n- first item of the list\n- second item"
    assert unwrapped(text) == "The deposit is returned within thirty days.\n- first item of the list\n- second item"


def test_rows_of_a_table_that_lost_its_rules_stand_alone() -> None:
    """A PDF's table comes as lines: quoted as one sentence it would be no answer."""
    rows = ["Export cable outage 61.3 59.5", "Curtailment ordered by the grid operator 9.1 8.8", "Total 103.0 100.0"]
    before = "We account for lost energy with a method that compares each stopped turbine with its neighbours."
    assert sentences("\n".join([before, "Cause Lost energy GWh Share %", *rows]))[-3:] == rows
    units = ["Arbeiten auf dem Gondeldach 13 m/s", "Arbeiten in der Nabe bei arretiertem Rotor 10 m/s"]
    assert sentences("\n".join([before, before, *units, before]), "german")[2:4] == units
    dated = [
        "9 Sep 2024 06:17 Differential protection trips the cable and generation falls",
        "14 Sep 2024 Survey finds the place",
        "2 Oct 2024 Repair vessel leaves port with the spare cable",
    ]
    assert sentences("\n".join(["Date and time Event", *dated]))[1:] == dated


def test_two_lines_of_running_text_that_end_in_numbers_are_no_table() -> None:
    text = (
        "The amendment was signed in the winter of 2022\nand it came into force in the summer of 2023\nin all of them."
    )
    assert sentences(text) == [text]
    text = "Amendments came in the winters of the year 2022\nThat was before the one of the summer of 2023."
    assert len(sentences(text)) == 1


def test_sentence_goes_on_over_a_page_break() -> None:
    for between in ("\n\n", "\n\n12\n\n", "\n- 12 -\n\n"):
        text = f"The contractor has begun to replace all the{between}accumulators in rows E and F. It will go on."
        assert sentences(text) == [text.removesuffix(" It will go on."), "It will go on."]
    for text in ("Opening hours\n\nfrom nine to five", "A long line of text that stops here.\n\nthen another one"):
        assert len(sentences(text)) == 2


def test_german_day_ends_no_sentence_in_a_text_that_is_taken_for_english() -> None:
    assert sentences("Am 8. Februar 2007 gab er es bekannt. Im 15. Jahrhundert nicht.") == [
        "Am 8. Februar 2007 gab er es bekannt.",
        "Im 15. Jahrhundert nicht.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die Wohnung liegt im 2. Obergeschoss links.", ["Die Wohnung liegt im 2. Obergeschoss links."]),
        ("Zahlbar bis zum 3. Werktag des Monats.", ["Zahlbar bis zum 3. Werktag des Monats."]),
        ("Das Treffen ist am 12. Das Haus ist offen.", ["Das Treffen ist am 12.", "Das Haus ist offen."]),
    ],
)
def test_german_ordinal_ends_no_sentence(text: str, expected: list[str]) -> None:
    assert sentences(text, "de") == expected


def test_lines_of_a_slide_are_sentences_of_their_own() -> None:
    lines = [
        "Generation 338.9 GWh, plan 351.0 GWh",
        "Technical availability 93.3 % on average of the three months",
        "EXP-2 back in service since 3 November",
        "No lost-time injury, one recordable injury in October",
    ]
    text = "\n".join(lines)
    assert [text[start:end] for start, end in sentence_spans(text)] == lines


def test_lines_of_running_text_that_open_with_capitals_go_on() -> None:
    text = (
        "Present were Tobias Wren, Marguerite Osei, Priya Lindqvist, Callum\n"
        "Brathwaite, Gareth Lisle, Gwen Maddocks, Jürgen Petersmann and Joe\n"
        "Pallister\nNobody came late\nCoffee was served"
    )
    first, *_ = sentence_spans(text)
    assert "Callum\nBrathwaite" in text[slice(*first)]


def test_sentence_with_a_colon_and_a_semicolon_is_no_row() -> None:
    """As contracts count things up; the line was taken for the names and values of a row, and quoted alone."""
    text = (
        "The following are Excluded Hours: Weather Days beyond 90 in a year; outages of\n"
        "the grid and of the cables; and stops that an authority orders. They count for nothing."
    )
    assert [text[start:end].split()[0] for start, end in sentence_spans(text)] == ["The", "They"]
    rows = "Part: bolt; Stock: 4\npart of: gearbox; Stock: 5"
    assert len(sentence_spans(rows)) == 2


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("wifi: blue-77 / 3\nshoes 34\nbin day: grey on Tuesday\nkey is with Anna", 3),
        ("Milch und Butter\nzwei Dosen Tomaten für Sonntag\nBrot\nKäse vom Markt", 3),
        (
            "Hours: 40 hours a week, Monday to Friday\nHolidays: 23 days a year and bank holidays\n"
            "Notice: one month on either side",
            3,
        ),
        # Few enough for one glance.
        ("Rent: 4 EUR\nRate: 5 %\nNotice: a month", 1),
        (
            "Present: Tobias Wren (chair), Marguerite Osei, Priya Lindqvist, Callum\n"
            "Brathwaite, Gareth Lisle, Gwen Maddocks, Jürgen Petersmann and Joe\nHill (Nordgriff)\nExcused: Ann",
            2,
        ),
        (
            "The yard has two parts: the shed, which\nis old, and the quay, and both of them\n"
            "need a roof before the winter because\nthe rain comes in from the north side",
            1,
        ),
        ("Note: the fee is due on the third working\nday of a month, and later in May.", 1),
    ],
    ids=["note", "Notiz", "fields", "few fields", "value over two lines", "running text", "one field"],
)
def test_lines_that_were_ended_on_purpose_stand_alone(text: str, count: int) -> None:
    found = sentences(text)
    assert len(found) == count, found
    # Chunks stay as they were stored.
    assert unwrapped(text).count("\n") <= text.count("\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2. **Fees.** The fee rises. Bob agrees.", ["2. **Fees.**", "The fee rises.", "Bob agrees."]),
        ("*Really?* Yes. __Note!__ It rains.", ["*Really?*", "Yes.", "__Note!__", "It rains."]),
        ("**Open. At two.** After that, ***no.***", ["**Open.", "At two.**", "After that, ***no.***"]),
        # A footnote's star, and a product, close nothing.
        ("It is 5 ** 3. * Without VAT.", ["It is 5 ** 3.", "* Without VAT."]),
    ],
    ids=["bold", "slanted", "two sentences", "stars"],
)
def test_marks_that_close_bold_words_stay_with_them(text: str, said: list[str]) -> None:
    assert sentences(text) == said


@pytest.mark.parametrize(
    ("code", "text", "sentences"),
    [
        ("pl", "Czynsz płatny jest do 10. dnia miesiąca. Potem rośnie.", 2),
        ("hu", "A szerződés 2025. január 1. napjától érvényes. Vége.", 2),
        ("nb", "Møtet er 3. mars kl. 18. Slutt.", 2),
        ("pt", "Rua das Oliveiras, n.º 45, 2.º esquerdo, Porto. A renda é alta.", 2),
        ("it", "Polizza n. 5520 del sig. Rossi. Segue altro.", 2),
        ("en", "We meet at 5. bring a cake.", 2),
        ("pl", "Zapłacono 5. Dziękuję.", 2),
    ],
)
def test_ordinals_and_numbers_in_short_end_no_sentence(code: str, text: str, sentences: int) -> None:
    assert len(sentence_spans(text, language=code)) == sentences
