"""PyTorch and sentence-transformers, which are an extra: the packaged model and BERTs in a folder need neither."""

import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from qa.errors import ModelError


@cache
def has_torch() -> bool:
    """Tell whether the extra is installed; nothing is imported."""
    return find_spec("torch") is not None and find_spec("sentence_transformers") is not None


@cache
def has_card() -> bool:
    """Tell whether there is a graphics card that PyTorch can use; it is imported only where one may be there."""
    devices = ("/dev/nvidia0", "/dev/kfd", "/dev/dxg")  # of NVIDIA, of AMD, of Windows beneath Linux
    if not has_torch() or (sys.platform == "linux" and not any(Path(device).exists() for device in devices)):
        return False
    import torch

    return torch.cuda.is_available() or torch.backends.mps.is_available()


def need_torch(what: str) -> None:
    """Make sure that the extra is there.

    Args:
        what: The kind and name of a model that is read through it.

    Raises:
        ModelError: It is not.
    """
    if not has_torch():
        raise ModelError(
            f"{what} is read through PyTorch, which is not installed; install it with: "
            'pip install "footnote[torch]" (on Linux without a graphics card, see docs/install.md first)'
        )
