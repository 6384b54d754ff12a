"""Copies of dense models in memory: the collections of one process that use the same model hold it once."""

import threading
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from qa.errors import ModelError
from qa.models.onnx_copy import ModelCopy

if TYPE_CHECKING:
    from fastembed import TextEmbedding

# What is left of a model that nobody uses any more is nothing: its memory is given back.
_LOADED: "WeakValueDictionary[object, TextEmbedding]" = WeakValueDictionary()
# Two collections that are opened at once wait for one load.
_LOADING = threading.Lock()


def loaded(copy: ModelCopy, threads: int | None) -> "TextEmbedding":
    """Return fastembed's model of a copy, which any number of threads may use.

    Args:
        copy: The copy; if a file of it has changed since, it is loaded anew.
        threads: How many of its own the model takes for each batch; None for one a core.

    Raises:
        ModelError: The copy is damaged.
    """
    with _LOADING:
        key = (_files(copy), copy.pooling, copy.dim, threads)
        model = _LOADED.get(key)
        if model is None:
            model = _LOADED[key] = _load(copy, threads)
        return model


def _files(copy: ModelCopy) -> tuple[tuple[str, int, int], ...]:
    """Return what tells one state of a copy from another: its files, when each was changed, and their sizes."""
    try:
        files = sorted(copy.folder.resolve().iterdir())
        return tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    except OSError as error:
        raise _damaged(copy, error) from error


def _load(copy: ModelCopy, threads: int | None) -> "TextEmbedding":
    # First the whole, as in `qa.text.stemmer`: two threads that begin at different parts of it wait for each other.
    import fastembed  # noqa: F401
    from fastembed.common.model_description import ModelSource, PoolingType

    from qa.models.patient import PatientTextEmbedding

    # fastembed keeps one description per name for the life of the process; another home may have another model.
    name = f"footnote/{copy.folder.name}-{copy.pooling}-{copy.dim}"
    if name not in (model["model"] for model in PatientTextEmbedding.list_supported_models()):
        PatientTextEmbedding.add_custom_model(
            model=name,
            pooling=PoolingType.CLS if copy.pooling == "cls" else PoolingType.MEAN,
            normalization=True,
            sources=ModelSource(url="https://localhost/never-fetched"),
            dim=copy.dim,
            model_file="model.onnx",
        )
    try:
        return PatientTextEmbedding(name, threads=threads, specific_model_path=str(copy.folder))
    except Exception as error:
        raise _damaged(copy, error) from error


def _damaged(copy: ModelCopy, error: Exception) -> ModelError:
    return ModelError(
        f"the model's copy in {copy.folder} is damaged ({type(error).__name__}); delete that folder and ingest again"
    )
