"""Cells whose column is called otherwise than in the question."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import run_command

from qa.config import Settings
from qa.types import Answer
from qa.wiring import open_answerer

pytestmark = pytest.mark.models

ROTA = """month,year,days_without_sailing,visitors,minutes_of_power_cuts,complaints
January,2023,4,812,35,3
February,2023,0,901,0,1
January,2024,2,777,12,6
February,2024,1,950,64,2
"""
BOATS = """boat,berth,skipper,crew_max,last_left_for
Plover,A4,Ingrid Moe,6,Oban
Skua,B2,Tom Hale,12,Mull
Tern,A7,Rosa Lind,4,Oban
"""
Ask = Callable[[str], Answer]


@pytest.fixture(scope="module")
def ask(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    papers = tmp_path_factory.mktemp("harbour")
    (papers / "rota.csv").write_text(ROTA)
    (papers / "boats.csv").write_text(BOATS)
    (papers / "note.md").write_text("# The harbour\n\nThe office opens at eight. The gate is locked at night.\n")
    home = tmp_path_factory.mktemp("home") / "home"
    home.mkdir(mode=0o700)
    (home / "models").symlink_to(model_home / "models")
    assert run_command(["ingest", str(papers), "--home", str(home), "--quiet"]) == 0

    def ask(question: str) -> Answer:
        async def asked() -> Answer:
            async with open_answerer(Settings(home=home, dictionaries="none")) as answerer:
                return await answerer.ask(question)

        return asyncio.run(asked())

    return ask


@pytest.mark.parametrize(
    ("question", "told", "column"),
    [
        (
            "How many days could the boats not go out in January 2024?",
            "days_without_sailing where month is January and year is 2024 in rota.csv: 2",
            "days_without_sailing",
        ),
        (
            "How many people came in February 2023?",
            "visitors where month is February and year is 2023 in rota.csv: 901",
            "visitors",
        ),
    ],
)
def test_cell_is_told_with_the_name_of_its_column(ask: Ask, question: str, told: str, column: str) -> None:
    answer = ask(question)
    assert answer.route == "table"
    assert told in answer.text.replace("harbour0/", "")
    # The value alone in front would pass for what was asked.
    assert answer.direct is None
    assert f"names no column of it; {column} is the nearest" in answer.note
    assert answer.citations


@pytest.mark.parametrize(
    "question",
    [
        "What colour is the Skua?",
        "How fast is the Skua?",
        "How many days did it snow in January 2024?",
        # A skipper is no owner, and the model takes the two for one.
        "Who owns the Tern?",
        # "Oban" stands in two rows, and "Mull" in one by chance: no column of names.
        "How many people live in Mull?",
        # The row of another boat is not that of this one.
        "How many people fit on the Gannet?",
    ],
)
def test_what_no_cell_tells_is_refused(ask: Ask, question: str) -> None:
    assert not ask(question).found
