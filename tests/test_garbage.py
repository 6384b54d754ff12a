"""How often a process looks for garbage: its own commands seldom, whoever imports Footnote as before."""

import gc
import subprocess
import sys

import pytest
from conftest import ROOT

from ui import cli


def test_command_in_somebody_elses_process_leaves_its_collector_alone() -> None:
    before = gc.get_threshold()
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert gc.get_threshold() == before


def test_process_of_a_command_ends_without_a_look_through_all_it_holds() -> None:
    program = (
        "import gc, os\n"
        "from qa.command.garbage import collect_seldom\n"
        "class Ring:\n"
        "    def __del__(self, write=os.write): write(1, b'looked')\n"
        "ring = Ring(); ring.itself = ring\n"
        "collect_seldom()\n"
        "del ring\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not done.stdout
    looking = program.replace("collect_seldom()\n", "gc.set_threshold(50_000)\n")
    done = subprocess.run([sys.executable, "-c", looking], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "looked"
