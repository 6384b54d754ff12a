"""A model's ONNX copy is made here or by a process of its own, which leaves nothing of itself behind."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Build

from qa.errors import ModelError
from qa.models import copy_process
from qa.models.copy_process import make_copy
from qa.models.onnx_copy import find_copy
from qa.models.saved_model import read_model

_WITHOUT_TORCH = """
import asyncio, sys
from pathlib import Path
from qa.models.dense import DenseChunkEmbedder

copy = asyncio.run(DenseChunkEmbedder(sys.argv[1]).copy(Path(sys.argv[2])))
print(copy.dim, *sorted({"torch", "transformers", "sentence_transformers", "onnxruntime"} & set(sys.modules)))
"""


@pytest.mark.models
@pytest.mark.parametrize(
    "prompts",
    [
        # Most tests with the packaged model make a copy so, or use one.
        pytest.param({}, id="from its files", marks=pytest.mark.long),
        pytest.param({"passage": "the "}, id="by a process"),
    ],
)
def test_who_asks_for_a_copy_does_not_import_what_makes_it(
    tiny: Build, tmp_path: Path, prompts: dict[str, str]
) -> None:
    # A name with more than ASCII, under a locale that has no more.
    model = tmp_path / "Modèle 灯"
    tiny(prompts=prompts).save(str(model))
    assert (read_model(model) is None) is bool(prompts)
    command = [sys.executable, "-c", _WITHOUT_TORCH, str(model), str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False, env={**os.environ, "LC_ALL": "C"}
    )
    assert (done.stdout, done.stderr) == ("16\n", "")
    copy = find_copy(str(model), tmp_path)
    assert copy is not None
    assert copy.dim == 16


@pytest.mark.models
def test_model_that_cannot_be_loaded_is_refused_in_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "Modèle"
    folder.mkdir()
    with pytest.raises(ModelError, match=f'^dense model "{folder}" cannot be loaded: .*is packaged$') as raised:
        asyncio.run(make_copy(str(folder), tmp_path))
    assert len(str(raised.value).splitlines()) == 1
    assert find_copy(str(folder), tmp_path) is None


def test_process_that_is_killed_says_what_it_may_have_lacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_process, "_START", "import os; os.kill(os.getpid(), 9) # {root!r}")
    with pytest.raises(ModelError, match=r'^the process that copies model "mine" .* status -9, perhaps .* memory'):
        asyncio.run(make_copy("mine", tmp_path))


def test_who_stops_waiting_ends_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_process, "_START", "import time; time.sleep(600) # {root!r}")
    started: list[subprocess.Popen[str]] = []
    start = copy_process._start

    def noted(name: str, home: Path) -> "subprocess.Popen[str]":
        started.append(start(name, home))
        return started[0]

    monkeypatch.setattr(copy_process, "_start", noted)

    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await make_copy("mine", tmp_path)

    asyncio.run(main())
    assert [process.wait(timeout=60) for process in started] == [-9]
