"""Which documents and questions a model does not read, and who is told."""

from pathlib import Path

import pytest
from conftest import run_command

from qa.config import MULTILINGUAL_MODEL, PACKAGED_MODEL
from qa.models.unread import are_unread, unread_documents, what_to_run


@pytest.mark.parametrize(
    ("languages", "model", "found"),
    [
        ({"en": 9, "de": 1, "": 5}, PACKAGED_MODEL, ()),
        ({"en": 6, "de": 1, "ja": 3, "": 2}, PACKAGED_MODEL, ("ja", "de")),
        ({"en": 6, "ja": 3}, MULTILINGUAL_MODEL, ()),
        ({"": 3}, PACKAGED_MODEL, ()),
        ({}, PACKAGED_MODEL, ()),
    ],
)
def test_languages_of_many_documents_are_named(languages: dict[str, int], model: str, found: tuple[str, ...]) -> None:
    assert unread_documents(languages, model) == found


@pytest.mark.parametrize(
    ("question", "unread"),
    [
        ("When is the pump greased?", False),
        ("Pumpe?", False),
        ("Wann wird die Pumpe geschmiert?", True),
        ("潤滑油はいつ差しますか。", True),
        ("متى يتم تشحيم المضخة؟", True),
    ],
)
def test_question_in_another_language_is_unread(question: str, *, unread: bool) -> None:
    assert are_unread([question], PACKAGED_MODEL) is unread
    assert not are_unread([question], MULTILINGUAL_MODEL)


@pytest.mark.models
def test_model_is_named_after_an_ingest_and_once_after_a_question(
    model_home: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "models").symlink_to(model_home / "models")
    (tmp_path / "a.txt").write_text(
        "潤滑油は九週間ごとに差します。作業は必ず二人で行い、終わったら記録簿に署名してください。"
    )
    suggested = f"footnote reindex --dense-model {MULTILINGUAL_MODEL}"
    assert run_command(["ingest", str(tmp_path / "a.txt"), "--home", str(home), "--quiet"]) == 0
    assert suggested in capfd.readouterr().out
    asked = ["ask", "潤滑油はいつ差しますか。", "--home", str(home)]
    assert run_command(asked) == 0
    assert suggested in (first := capfd.readouterr()).err
    assert "九週間ごとに差します。 [1]" in first.out
    assert run_command(asked) == 0
    assert suggested not in capfd.readouterr().err


def test_what_to_run_names_the_collection_and_first_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = f"footnote reindex --dense-model {MULTILINGUAL_MODEL} --collection papers"
    monkeypatch.setattr("qa.models.unread.find_packages", lambda: None)
    assert what_to_run("papers", tmp_path) == f'pip install "footnote[multilingual]", then {command}'
    monkeypatch.setattr("qa.models.unread.find_packages", lambda: tmp_path)
    assert what_to_run("papers", tmp_path) == command
