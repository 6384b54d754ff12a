"""What the settings page chose: which value wins, where a key may be sent, and a file that nobody else reads."""

import os
import stat
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from qa import chosen
from qa.chosen import Chosen, changing, file_of, place_of, read, write
from qa.config import configure
from qa.errors import ConfigError

KEY = "sk-8f14e45fceea167a"
PLACE = "http://127.0.0.1:11434/v1"


def test_options_win_over_environment_env_file_page_and_default(tmp_path: Path) -> None:
    names = ("top_k", "searches", "llm_max_tokens", "context_tokens")
    write(tmp_path, Chosen(dict(zip(names, (11, 4, 11, 11), strict=True))))
    (tmp_path / ".env").write_text("FOOTNOTE_TOP_K=12\nFOOTNOTE_SEARCHES=5\nFOOTNOTE_LLM_MAX_TOKENS=12\n")
    environ = {"FOOTNOTE_HOME": str(tmp_path), "FOOTNOTE_TOP_K": "13", "FOOTNOTE_SEARCHES": "6"}
    found = configure(environ, tmp_path, {"top_k": 14})
    assert [getattr(found.settings, name) for name in names] == [14, 6, 12, 11]
    assert [found.origin(name) for name in names] == ["option", "environment", ".env", "page"]
    assert found.origin("ranking") == "default"


def test_key_is_used_for_its_own_address_alone(tmp_path: Path) -> None:
    write(tmp_path, Chosen({"openai_base_url": PLACE}, key=KEY, key_place=place_of(PLACE)))
    environ = {"FOOTNOTE_HOME": str(tmp_path)}
    assert configure(environ, tmp_path).settings.openai_api_key == KEY
    for other in ("https://elsewhere.example/v1", "http://127.0.0.1:8000/v1", "https://127.0.0.1:11434/v1"):
        assert configure({**environ, "OPENAI_BASE_URL": other}, tmp_path).settings.openai_api_key == ""
    assert configure({**environ, "OPENAI_API_KEY": "mine"}, tmp_path).settings.openai_api_key == "mine"


def test_file_is_this_users_alone_and_no_value_shows_the_key(tmp_path: Path) -> None:
    made = Chosen({"top_k": 3}, key=KEY, key_place=place_of(PLACE), language="de", theme="dark")
    write(tmp_path / "home", made)
    assert read(tmp_path / "home") == made
    if os.name == "posix":
        assert stat.S_IMODE(file_of(tmp_path / "home").stat().st_mode) == 0o600
    found = configure({"FOOTNOTE_HOME": str(tmp_path / "home"), "OPENAI_BASE_URL": PLACE}, tmp_path)
    assert KEY not in repr(made) + repr(found)
    assert [file.name for file in (tmp_path / "home").iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is damaged or of a newer Footnote"),
        ('{"version": 2}', "is damaged or of a newer Footnote"),
        ('{"version": 1, "settings": {"top_k": [3]}}', "is damaged"),
        ('{"version": 1, "settings": {"top_k": 900}}', "top_k is 900; it must lie between 1 and 100"),
        ('{"version": 1, "settings": {"top_k": "many"}}', "is not a number"),
    ],
)
def test_file_that_cannot_be_used_is_told_with_its_name(tmp_path: Path, text: str, said: str) -> None:
    file_of(tmp_path).write_text(text)
    environ = {"FOOTNOTE_HOME": str(tmp_path)}
    with pytest.raises(ConfigError, match=said) as raised:
        configure(environ, tmp_path)
    assert str(file_of(tmp_path)) in str(raised.value)
    lenient = configure(environ, tmp_path, lenient=True)
    assert lenient.settings.top_k == 8
    assert said in lenient.problem


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices lie in folders on POSIX alone")
def test_what_is_no_file_or_has_no_end_is_not_read(tmp_path: Path) -> None:
    """Neither is waited for, nor read until the memory is full."""
    file = file_of(tmp_path)
    os.mkfifo(file)
    with pytest.raises(ConfigError, match=r"settings\.json is no file"):
        read(tmp_path)
    file.unlink()
    file.symlink_to("/dev/zero")
    with pytest.raises(ConfigError, match=r"settings\.json is no file"):
        read(tmp_path)
    file.unlink()
    with file.open("wb") as stream:
        stream.truncate(10**10)
    with pytest.raises(ConfigError, match="larger than settings can be"):
        read(tmp_path)


def test_what_the_page_cannot_choose_is_not_read_from_its_file(tmp_path: Path) -> None:
    file_of(tmp_path).write_text('{"version": 1, "settings": {"uri": "http://elsewhere", "home": "/", "token": "x"}}')
    settings = configure({"FOOTNOTE_HOME": str(tmp_path)}, tmp_path).settings
    assert (settings.uri, settings.home, settings.token) == ("", tmp_path, "")


def test_two_pages_that_change_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    def choose(name: str) -> None:
        for number in range(20):
            with changing(tmp_path):
                write(tmp_path, read(tmp_path).with_value(name, number))

    threads = [Thread(target=choose, args=(name,)) for name in ("top_k", "searches")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read(tmp_path).values == {"top_k": 19, "searches": 19}


def test_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="nothing was changed"):
        write(tmp_path / "file" / "home", replace(Chosen(), theme="dark"))


def test_every_setting_that_can_be_chosen_is_one() -> None:
    from dataclasses import fields

    from qa.config import Settings

    assert set(chosen.CHOOSABLE) <= {field.name for field in fields(Settings)}
