"""fastembed's models on threads that sleep while they have nothing to do.

onnxruntime lets the threads of a model spin in wait for the next step of it. That is worth some microseconds where
nothing else runs, and takes a core from all others where something does: see bench/spinning.py.
"""

from typing import Any

from fastembed import TextEmbedding
from fastembed.text.custom_text_embedding import CustomTextEmbedding


class _PatientEmbedding(CustomTextEmbedding):
    @classmethod
    def add_extra_session_options(cls, session_options: Any, extra_options: dict[str, Any]) -> None:
        super().add_extra_session_options(session_options, extra_options)
        # fastembed has no setting for it.
        session_options.add_session_config_entry("session.intra_op.allow_spinning", "0")


class PatientTextEmbedding(TextEmbedding):
    """As `fastembed.TextEmbedding`, for models that were added by `add_custom_model`."""

    EMBEDDINGS_REGISTRY: list[type[Any]] = [_PatientEmbedding]  # noqa: RUF012 - as fastembed declares it
