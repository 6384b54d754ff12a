"""How a model's ONNX copy is made: from its files in this process, or for other models in a process of its own.

Loading and exporting a model takes 400 MB and gives half of that back. An ingest would keep the rest for hours, and a
chat that finds no copy would import torch for one file.
"""

import asyncio
import subprocess
import sys
from pathlib import Path

from qa.command.entry import quieten
from qa.command.printing import say
from qa.command.signals import ended_with, ignore_signals
from qa.config import MULTILINGUAL_MODEL
from qa.errors import ModelError, QAError
from qa.models.onnx_copy import ModelCopy, copy_files, copy_packages, find_copy, load_model

_START = (
    "import sys; sys.path.insert(0, {root!r}); from qa.models.copy_process import main; sys.exit(main(*sys.argv[1:]))"
)
# Exit status of a process that said why in its last line; Python itself ends with 1 after a traceback.
_REFUSED = 3


async def make_copy(name: str, home: Path) -> ModelCopy:
    """Copy model `name` to ONNX under `home` and return the copy.

    Raises:
        ModelError: There is no such model, it cannot be loaded, exported or written, or the process was ended.
    """
    return await asyncio.to_thread(copy_files, name, home) or await _make_copy_elsewhere(name, home)


async def _make_copy_elsewhere(name: str, home: Path) -> ModelCopy:
    process = _start(name, home)
    with ended_with(process.kill):
        try:
            output, _ = await asyncio.to_thread(process.communicate)
        finally:
            process.kill()
    if process.returncode == _REFUSED:
        raise ModelError(output.splitlines()[-1])
    copy = find_copy(name, home)
    if copy is None:
        raise ModelError(
            f'the process that copies model "{name}" to ONNX ended with status {process.returncode}, perhaps for want '
            "of memory; free some and try again"
        )
    return copy


def main(name: str, home: str) -> int:
    """Make the copy, in the process that does nothing else; return its exit status."""
    from qa.models.exporter import write_copy

    quieten()
    ignore_signals()  # they reach the whole group; the process that waits for this one ends it
    try:
        # Rounding the weights takes 1.5 GB for a while, which this process gives back.
        if name != MULTILINGUAL_MODEL or copy_packages(Path(home)) is None:
            write_copy(name, load_model(name), Path(home))
    except QAError as error:
        say(error)
        return _REFUSED
    return 0


def _start(name: str, home: Path) -> "subprocess.Popen[str]":
    code = _START.format(root=str(Path(__file__).parents[2]))
    command = [sys.executable, "-X", "utf8", "-c", code, name, str(home)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, encoding="utf-8")
