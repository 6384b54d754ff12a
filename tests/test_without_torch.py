"""What is installed where PyTorch is to be left out; the installation itself was tried by hand, see docs/install.md."""

from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement

from ui.without_torch import WEIGHTS, split

ASKED = requires("footnote") or []


@pytest.mark.parametrize("extras", [[], ["ocr"], ["multilingual"], ["ocr", "eval"]])
def test_all_is_installed_and_only_the_weights_alone(extras: list[str]) -> None:
    """Each requirement is one that pip reads, and none is lost."""
    others, alone = split(ASKED, extras)
    environments = [{"extra": extra} for extra in ("", *extras)]
    wanted = {
        (one.name, str(one.specifier))
        for one in map(Requirement, ASKED)
        if one.marker is None or any(one.marker.evaluate(environment) for environment in environments)
    }
    read = [Requirement(text) for text in (*others, *alone)]
    assert {(one.name, str(one.specifier)) for one in read if one.marker is None or one.marker.evaluate()} == wanted
    assert [Requirement(text).name for text in alone] == [WEIGHTS]
    assert not {"torch", "sentence-transformers"} & {one.name for one in map(Requirement, others)}
