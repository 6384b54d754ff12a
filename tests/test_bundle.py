"""How agents' programs learn of the MCP server: the entry of the registry, and the bundle that is installed."""

import json
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

from qa.config import Settings
from ui.api.service import Service
from ui.mcp.server import make_server

sys.path.insert(0, str(ROOT / "scripts"))
import make_mcpb
from make_mcpb import make, manifest
from make_server_json import make as make_entry

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_entry_of_the_registry_is_of_this_release() -> None:
    entry = json.loads((ROOT / "server.json").read_text())
    [package] = entry["packages"]
    assert entry["version"] == package["version"] == PROJECT["version"]
    assert package["identifier"] == PROJECT["name"]
    assert len(entry["description"]) <= 100
    settings = {f"FOOTNOTE_{name.upper()}" for name in Settings.__dataclass_fields__}
    assert {variable["name"] for variable in package["environmentVariables"]} <= settings


def test_entry_is_made_under_the_name_of_who_publishes(tmp_path: Path) -> None:
    made = json.loads(make_entry("io.github.jane/footnote", tmp_path).read_text())
    assert made["name"] == "io.github.jane/footnote"
    assert made["packages"][0]["version"] == PROJECT["version"]


@pytest.mark.parametrize(
    "name", ["", "footnote", "io.github.OWNER/footnote", "jane/footnote", "io.github.a b/footnote"]
)
def test_name_that_no_registry_takes_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is no name of a server; give one such as"):
        make_entry(name, tmp_path / "dist")
    assert not (tmp_path / "dist").exists()


async def _tools() -> set[str]:
    class Nothing(Service):
        def __init__(self) -> None:
            pass

    return {tool.name for tool in await make_server(Nothing()).list_tools()}


def test_manifest_names_the_tools_that_there_are() -> None:
    import asyncio

    made = manifest(PROJECT)
    assert {tool["name"] for tool in made["tools"]} == asyncio.run(_tools())
    assert all(tool["description"].endswith(".") for tool in made["tools"])
    wanted = set(made["server"]["mcp_config"]["env"])
    assert wanted == {"FOOTNOTE_COLLECTION", "FOOTNOTE_HOME"}


@pytest.mark.parametrize(("found", "builds"), [("65.5.0", False), ("77.0.3", True), ("82.0.0", False)])
def test_wheel_is_built_by_what_is_asked_for(monkeypatch: pytest.MonkeyPatch, found: str, builds: bool) -> None:
    """An environment that is new has an old setuptools, with which the bundle ended in a traceback, or none."""
    monkeypatch.setattr("make_mcpb.version", lambda _name: found)
    assert make_mcpb._builds_here() is builds


def test_bundle_holds_a_wheel_and_starts_it(tmp_path: Path) -> None:
    bundle = make(tmp_path)
    with zipfile.ZipFile(bundle) as archive:
        assert json.loads(archive.read("manifest.json"))["server"]["entry_point"] in archive.namelist()
        environment = tomllib.loads(archive.read("pyproject.toml").decode())
        assert environment["tool"]["uv"]["sources"]["footnote"]["path"] in archive.namelist()
        code = archive.read("server/main.py").decode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.commands.mcp.run", lambda _arguments: 7)
        with pytest.raises(SystemExit) as ended:
            exec(compile(code, "main.py", "exec"), {})
    assert ended.value.code == 7
