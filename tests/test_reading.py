import pytest
from hypothesis import given, strategies

from qa.text.reading import as_read, cells, read_sentences

_PIECES = strategies.lists(
    strategies.sampled_from(
        [
            "| Vessel | Limit |",
            "| --- | --- |",
            "| Plover Dash | 1.5 m |",
            "Cause Lost energy GWh",
            "Cable outage 61.3 59.5",
            "Other faults 14.6 14.2",
            "12",
            "",
            "> quoted mail goes on and",
            "- an item",
            "a word is opera-",
            "tion, and it ends. Then",
        ]
    ),
    max_size=12,
).map("\n".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The pump runs\nat 50 Hz.", "The pump runs at 50 Hz."),
        ("The opera-\ntion of the pump.", "The operation of the pump."),
        ("The walk-to-\nwork vessel.", "The walk-to-work vessel."),
        ("Der Ein-\nund Ausgang.", "Der Ein- und Ausgang."),
        ("The Anglo-\nSaxon kings.", "The Anglo- Saxon kings."),
        ("for\u00adbid\u200bden", "forbidden"),
        (">> When is it due?\n>> In March.", "When is it due? In March."),
        ("We pay\n> for seven steps,\n>> which is much.", "We pay for seven steps, which is much."),
        ("- The limit is 2 m.", "The limit is 2 m."),
        ("• The limit\n  is 2 m.", "The limit is 2 m."),
        ("7. Fit the plug.", "7. Fit the plug."),
        ("begun to replace the\n\naccumulators.", "begun to replace the accumulators."),
        ("begun to replace the\n12\n\naccumulators.", "begun to replace the accumulators."),
        ("begun to replace the\n\nPage 3 of 9\n\naccumulators.", "begun to replace the accumulators."),
        ("in rows 4 to\n12 of the farm", "in rows 4 to 12 of the farm"),
        ("The **limit** is [here](https://a.example/b_(c)), see [1].", "The limit is here, see [1]."),
        ("2 ** 3 and a_b__c__d stay", "2 ** 3 and a_b__c__d stay"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_text_is_read_without_what_layout_put_between_the_words(text: str, expected: str) -> None:
    assert as_read(text) == expected


def test_row_between_rules_is_read_with_the_names_of_its_columns() -> None:
    text = "| Vessel | Wave limit | |\n| :--- | -: | - |\n| Plover Dash | 1.5 m | x |\n| Teal \\| Runner | | |\n\nMore."
    rows = read_sentences(text)
    assert [row.text for row in rows] == ["Vessel: Plover Dash; Wave limit: 1.5 m; x", "Vessel: Teal | Runner", "More."]
    assert text[rows[0].start : rows[0].end] == "| Plover Dash | 1.5 m | x |"


def test_row_whose_names_are_not_known_is_read_as_it_stands() -> None:
    """A chunk may begin within a table."""
    for text in ("| Plover Dash | 1.5 m |", "| Plover | 1 |\n| Teal | 2 |", "| a |\n| --- |\n| 1 | 2 |"):
        assert read_sentences(text)[-1].text == text.split("\n")[-1]


def test_row_of_a_table_without_rules_is_read_under_its_header() -> None:
    text = (
        "We account for lost energy with the power curve method. Figures before 2024 were not restated\nagain.\n"
        "Cause Lost energy GWh Share %\nExport cable outage 61.3 59.5\nScheduled service 7.2 7.0\nTotal 103.0 100.0\n"
        "Within the other faults the pitch system stands out again. It caused most of all stops here."
    )
    read = [sentence.text for sentence in read_sentences(text)]
    assert read[2:5] == [
        "Cause Lost energy GWh Share %: Export cable outage 61.3 59.5",
        "Cause Lost energy GWh Share %: Scheduled service 7.2 7.0",
        "Cause Lost energy GWh Share %: Total 103.0 100.0",
    ]
    assert "Cause Lost energy GWh Share %" not in read
    [row] = [row for row in read_sentences(text) if "Scheduled" in row.text]
    assert text[row.start : row.end] == "Scheduled service 7.2 7.0"


def test_row_is_not_read_under_another_row() -> None:
    text = "Jointing team and tests 870\nBurial and rock placement 690\nProject management 130\nTotal 6,800"
    assert [sentence.text for sentence in read_sentences(text)] == text.split("\n")
    text = "Tests of all joints and the rest of the whole team 870\nBurial 690\nTotal 6,800"
    assert [sentence.text for sentence in read_sentences(text)][1:] == text.split("\n")[1:]
    years = "Measure 2022 2023\nHours worked 159,700 168,400\nInjuries 2 1"
    assert [sentence.text for sentence in read_sentences(years)] == [
        "Measure 2022 2023: Hours worked 159,700 168,400",
        "Measure 2022 2023: Injuries 2 1",
    ]
    built = "Turbine Built in the year\nA01 2019\nA02 2020\nA03 2020"
    assert read_sentences(built)[-1].text == "Turbine Built in the year: A03 2020"


def test_bullet_is_no_part_of_the_sentence() -> None:
    [item] = read_sentences("- The limit is 2 m.")
    assert (item.start, item.text) == (2, "The limit is 2 m.")


def test_cells_of_a_row() -> None:
    assert cells("| a | b \\| c | |") == ["a", "b | c", ""]
    assert cells("a | b") == ["a", "b"]


@given(_PIECES)
def test_what_is_read_stands_where_it_says(text: str) -> None:
    position = 0
    for sentence in read_sentences(text):
        assert position <= sentence.start < sentence.end <= len(text)
        position = sentence.end
        assert sentence.text.endswith(as_read(text[sentence.start : sentence.end])) or "|" in text
        assert "\n" not in sentence.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## What the near misses tell us", "What the near misses tell us"),
        ("# Deposit #", "Deposit"),
        ("It covers:\n- walls\n- doors.\n* one stove", "It covers: walls; doors. one stove"),
        ("Room #5 and C# stay", "Room #5 and C# stay"),
    ],
)
def test_marks_of_headings_and_items_are_not_read(text: str, expected: str) -> None:
    assert as_read(text) == expected
