"""The pages build without a warning, fetch nothing from elsewhere, and name no command or setting that is not there."""

import argparse
import dataclasses
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest
from conftest import ROOT

from qa.command.options import CONNECTION, add_settings
from qa.config import DEFAULTS, Settings
from qa.types import Ranking
from ui import cli

DOCS = ROOT / "docs"
OUTSIDE = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md")]
PAGES = [*sorted(DOCS.glob("*.md")), *OUTSIDE]
OTHER_PROGRAMS = {"benchmarks.md", "testing.md"}  # name options of pytest and the like
SECRETS = {"token", "user", "password", "openai_api_key", "oidc_client_secret"}
FENCED = re.compile(r"^```([\w{}]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^ {4}(footnote .*)$", re.MULTILINE)
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    made = subprocess.run(
        [*command, "-d", str(folder / "doctrees"), str(DOCS), str(folder / "html")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert not made.stderr
    return folder / "html"


def test_pages_build_without_a_warning(built: Path) -> None:
    assert {path.stem for path in DOCS.glob("*.md")} <= {path.stem for path in built.glob("*.html")}


class Fetched(HTMLParser):
    """The addresses that a browser fetches to show a page; links to follow are not among them."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("img", "script", "iframe", "source"):
            self.addresses += [given[name] for name in ("src", "srcset") if name in given]
        if tag == "link" and given.get("rel") in ("stylesheet", "icon", "preload", "preconnect", "shortcut icon"):
            self.addresses.append(given.get("href", ""))


def test_built_pages_fetch_nothing_from_elsewhere(built: Path) -> None:
    for page in built.rglob("*.html"):
        parser = Fetched()
        parser.feed(page.read_text(encoding="utf-8"))
        assert parser.addresses
        assert [address for address in parser.addresses if re.match(r"(https?:)?//", address)] == [], page
    for style in built.rglob("*.css"):
        assert not re.search(r"(@import|url\()[^;)]*(https?:)?//", style.read_text(encoding="utf-8")), style


def rows_of_settings() -> dict[str, list[str]]:
    """Read the tables of the page: by variable, its option, default, unit and meaning."""
    rows = re.findall(r"^\| `((?:FOOTNOTE|OPENAI)_[A-Z_]+)`<br>(.+) \|$", text_of(DOCS / "settings.md"), re.MULTILINE)
    assert len({name for name, _ in rows}) == len(rows), "a setting stands there twice"
    return {name: cells.split(" | ") for name, cells in rows}


def variable(setting: str) -> str:
    return setting.upper() if setting.startswith("openai_") else f"FOOTNOTE_{setting.upper()}"


def test_page_of_settings_has_every_setting_and_no_other() -> None:
    assert set(rows_of_settings()) == {variable(field.name) for field in dataclasses.fields(Settings)}


@pytest.mark.parametrize("setting", [field.name for field in dataclasses.fields(Settings)])
def test_page_of_settings_says_what_is_true(setting: str) -> None:
    option, default, unit, meaning = rows_of_settings()[variable(setting)]
    assert unit
    assert meaning
    if setting in SECRETS:
        assert option.startswith("no option")
    else:
        parser = argparse.ArgumentParser()
        add_settings(parser, [setting])
        assert option.strip("`") in parser.format_help()
        assert option.startswith("`--")
    [field] = [field for field in dataclasses.fields(Settings) if field.name == setting]
    value = DEFAULTS.get(setting) or field.default
    if value not in ("", None, dataclasses.MISSING):
        assert default == f"`{value:g}`" if isinstance(value, float) else default == f"`{value}`"
    else:
        assert not re.fullmatch(r"`[\d.]+`", default)


def test_page_of_settings_names_every_choice_of_ranking() -> None:
    assert set(get_args(Ranking)) <= set(re.findall(r"`(\w+)`", rows_of_settings()["FOOTNOTE_RANKING"][3]))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_variables_that_are_named_exist(page: Path) -> None:
    settings = {variable(field.name) for field in dataclasses.fields(Settings)}
    # The rest is read by the chat or by the tests alone.
    sources = [*(ROOT / "ui").rglob("*.py"), *(ROOT / "tests").glob("*.py")]
    for name in set(re.findall(r"\b(?:FOOTNOTE|OPENAI)_[A-Z_]*[A-Z]\b", text_of(page))) - settings:
        assert any(f'"{name}"' in text_of(source) for source in sources), name


def parsers() -> dict[str, argparse.ArgumentParser]:
    """All commands by name, those of `collections` as "collections export"."""
    found: dict[str, argparse.ArgumentParser] = {}

    def walk(parser: argparse.ArgumentParser, name: str) -> None:
        found[name] = parser
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for word, below in action.choices.items():
                    walk(below, f"{name} {word}".strip())

    walk(cli._parser(), "")
    found["help"] = found[""]  # rewritten to --help before it is parsed
    return found


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    return {option for action in parser._actions for option in action.option_strings}


def commands_in_blocks(page: Path) -> Iterator[str]:
    """Every line that calls `footnote` in a block of code, without prompt, comment and variables."""
    text = text_of(page)
    lines = [line for language, block in FENCED.findall(text) if not language for line in block.splitlines()]
    for line in [*lines, *INDENTED.findall(text)]:
        called = re.fullmatch(r"(?:\$ )?(?:\w+=\S+ )*(?:\.venv/bin/)?footnote (.*?)(?:\s+#.*)?", line)
        if called:
            yield called[1]


COMMANDS = [(named(page), command) for page in PAGES for command in commands_in_blocks(page)]


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_commands_in_blocks_are_understood(page: str, command: str) -> None:
    try:
        cli._parser().parse_args(shlex.split(command))
    except SystemExit as stopped:
        pytest.fail(f"{page}: footnote {command} ends with {stopped.code}")


def test_page_of_commands_has_every_command() -> None:
    said = {words.split()[1] for words in CODE.findall(text_of(DOCS / "commands.md")) if words.startswith("footnote ")}
    assert {name for name in parsers() if name and " " not in name} <= said


def test_there_are_commands_to_look_at() -> None:
    assert len(COMMANDS) >= 12


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_and_options_in_the_text_exist(page: Path) -> None:
    known = parsers()
    every_option = {option for parser in known.values() for option in options_of(parser)}
    for code in CODE.findall(text_of(page)):
        words = code.split()
        if words[0] == "footnote" and len(words) > 1 and re.fullmatch(r"[a-z]+", words[1]):
            assert words[1] in known, code
            name = " ".join(words[1:3]) if " ".join(words[1:3]) in known else words[1]
            for option in re.findall(r"(?<!\S)\[?(--[a-z-]+)", code):
                assert option in options_of(known[name]), code
        elif words[0].startswith("--") and page.parent == DOCS and page.name not in OTHER_PROGRAMS:
            assert words[0].split("=")[0] in every_option, f"{named(page)}: {code}"


@pytest.mark.parametrize("page", OUTSIDE, ids=named)
def test_links_of_pages_that_are_not_built_resolve(page: Path) -> None:
    """Sphinx looks after those within docs/."""
    links = re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"", text_of(page))
    for link in filter(None, (one or two for one, two in links)):
        if re.match(r"https?://", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as a code host makes them."""
    headings = re.findall(r"^#+ (.*)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-") for heading in headings}


def test_every_option_of_the_server_is_said_to_be_one() -> None:
    _, _, server = text_of(DOCS / "settings.md").partition("## A Milvus server")
    for setting in set(CONNECTION) - {"home", "uri", "collection", "timeout_s", "engine_idle_s"}:
        assert f"`{variable(setting)}`" in server


def test_readme_is_short_and_its_pictures_small() -> None:
    assert len(text_of(ROOT / "README.md").split()) <= 900
    pictures = list((DOCS / "images").glob("*.png"))
    assert {picture.name for picture in pictures} == {"answer.png", "answer-dark.png", "pane.png"}
    assert max(picture.stat().st_size for picture in pictures) < 150_000


def test_architecture_names_what_is_there() -> None:
    """Every folder, file and module that it names is there, and every room of the code is named."""
    page = (ROOT / "docs" / "architecture.md").read_text()
    named = set(re.findall(r"`((?:qa|ingest|ui|tests)/[\w/.]*)`", page))
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
    files = {path.name for package in ("qa", "ingest", "ui") for path in (ROOT / package).rglob("*.py")}
    modules = set(re.findall(r"`(\w+\.py)`", page))
    for line in page.splitlines():
        if match := re.match(r"\| (chat|documents|settings) \|", line):
            draws, decides = (set(re.findall(r"`(\w+)`", cell)) for cell in line.split("|")[2:4])
            room = ROOT / "ui" / match[1]
            drawing = {path.stem for path in room.glob("*.py") if "import streamlit" in path.read_text()}
            assert draws == drawing
            assert all((room / f"{name}.py").exists() for name in decides)
    assert sorted(modules - files) == []
    rooms = {path.parent.relative_to(ROOT).as_posix() + "/" for path in (ROOT / "qa").glob("*/__init__.py")}
    rooms |= {path.parent.relative_to(ROOT).as_posix() + "/" for path in (ROOT / "ui").glob("*/__init__.py")}
    assert sorted(rooms - named) == []
