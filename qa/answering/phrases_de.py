"""The German catalogue: English messages with what stands for them, in pairs where a count decides between two forms.

Messages are sorted by who says them. A test holds that each is said, has its places, and that none is missing.
"""

from collections.abc import Mapping

# What every route says.
_COMMON: Mapping[str, str | tuple[str, str]] = {}
# Of the collection: qa.answering.routes.
_COLLECTION: Mapping[str, str | tuple[str, str]] = {}
# Of one document.
_DOCUMENT: Mapping[str, str | tuple[str, str]] = {}
# Of several side by side.
_ACROSS: Mapping[str, str | tuple[str, str]] = {}
# Of tables.
_TABLE: Mapping[str, str | tuple[str, str]] = {}

GERMAN: Mapping[str, str | tuple[str, str]] = {**_COMMON, **_COLLECTION, **_DOCUMENT, **_ACROSS, **_TABLE}
