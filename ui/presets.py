"""Presets: settings and conditions under a name, which programs choose as a model. They stand in a file of the home.

[mails]
collection = "office"
where = ["type=eml"]
top_k = 12
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from qa.config import NAME, Settings, checked
from qa.errors import ConfigError, FilterError
from qa.store.where import Filter, parse_filter

FILE = "presets.toml"
SIGN = "@"
"""Between a collection and a preset, where both are one name."""

_MOST_BYTES = 1 << 20
# What may differ between two questions to one collection.
_SETTINGS = frozenset(
    (
        "ranking",
        "top_k",
        "threshold",
        "context_tokens",
        "searches",
        "reranker",
        "rerank_ms",
        "llm_model",
        "llm_max_tokens",
    )
)


@dataclass(frozen=True, slots=True)
class Preset:
    """One preset.

    Attributes:
        name: Letters, digits and underscores.
        collection: That is asked; "" for the one of the settings.
        where: Which documents may answer.
        values: Settings by their names.
    """

    name: str
    collection: str = ""
    where: Filter = field(default_factory=Filter)
    values: Mapping[str, Any] = field(default_factory=dict)

    def applied(self, settings: Settings) -> Settings:
        """Return settings with those of the preset.

        Raises:
            ConfigError: A value is not of its type or out of its range.
        """
        return checked(settings, self.values)


def read_presets(home: Path) -> dict[str, Preset]:
    """Return the presets of a home by their names.

    Raises:
        ConfigError: The file cannot be read, or names what there is not.
    """
    file = home / FILE
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ConfigError(f"{file} is too large for presets; make it smaller")
        tables = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file} cannot be read ({error}); mend it or move it away") from error
    return {name: _preset(file, name, table) for name, table in tables.items()}


def named(home: Path, name: str) -> Preset:
    """Return the preset of a name.

    Raises:
        ConfigError: The file cannot be read, or there is none of this name.
    """
    return chosen(read_presets(home), name)


def chosen(found: Mapping[str, Preset], name: str) -> Preset:
    """Return the preset of a name among those that somebody may know of.

    Raises:
        ConfigError: There is none of this name.
    """
    if name not in found:
        known = ", ".join(found) or "none"
        raise ConfigError(f'there is no preset "{name[:100]}"; there are: {known}')
    return found[name]


def _preset(file: Path, name: str, table: Any) -> Preset:
    """Return one preset; every value is tried, so that a mistake shows before somebody asks."""
    where = f"{file}, [{name}]"
    if not NAME.fullmatch(name) or not isinstance(table, dict):
        raise ConfigError(f"{where}: a preset is a table whose name has letters, digits and underscores")
    values = dict(table)
    collection, conditions = values.pop("collection", ""), values.pop("where", [])
    if not isinstance(collection, str) or (collection and not NAME.fullmatch(collection)):
        raise ConfigError(f'{where}: collection is "{collection}"; name one with letters, digits and underscores')
    if not isinstance(conditions, list) or not all(isinstance(condition, str) for condition in conditions):
        raise ConfigError(f'{where}: where is a list of conditions, such as ["type=pdf"]')
    if unknown := sorted(values.keys() - _SETTINGS):
        known = ", ".join(("collection", "where", *sorted(_SETTINGS)))
        raise ConfigError(f'{where}: "{unknown[0]}" cannot be set here; there are: {known}')
    preset = Preset(name, collection, parse_filter(conditions), values)
    try:
        preset.applied(Settings(home=file.parent))
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from error
    return preset


def version(home: Path) -> object:
    """Return what differs once the presets of a home are others."""
    try:
        state = (home / FILE).stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size, state.st_ino


def both(preset: Filter, asked: Filter) -> Filter:
    """Return the filter that lets through what passes both.

    Raises:
        FilterError: Both name values of the same kind, which one filter takes as alternatives.
    """
    named = [
        item.name
        for item in fields(Filter)
        if item.name not in ("since", "until", "without", "metadata")
        and getattr(preset, item.name)
        and getattr(asked, item.name)
    ]
    named += [name for name, _ in preset.metadata if name in {other for other, _ in asked.metadata}]
    if named:
        raise FilterError(f"the preset limits {named[0]} already; leave that condition out, or ask without the preset")
    return replace(
        asked,
        **{
            item.name: getattr(preset, item.name) or getattr(asked, item.name)
            for item in fields(Filter)
            if item.name not in ("since", "until", "without", "metadata")
        },
        since=max(filter(None, (preset.since, asked.since)), default=None),
        until=min(filter(None, (preset.until, asked.until)), default=None),
        metadata=(*preset.metadata, *asked.metadata),
        without=(*preset.without, *asked.without),
    )
