"""Settings as command line options, one per field, shared by `footnote` and `python -m ingest`."""

import argparse
import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from qa.config import CONSISTENCY_LEVELS, OCR_CHOICES, Configured, Settings, configure, read_environment
from qa.errors import ConfigError
from qa.home import Home, default_home
from qa.paths import expanded
from qa.types import Ranking

# Secrets have no option: every user of the machine can see a command line.
_OPTIONS: dict[str, dict[str, Any]] = {
    "home": {"type": Path, "metavar": "FOLDER", "help": "folder of the embedded index and of model copies"},
    "uri": {"metavar": "URI", "help": "file of an embedded index, or http(s):// of a Milvus server"},
    "server_database": {"metavar": "NAME", "help": "database of a Milvus server"},
    "tls_ca": {"metavar": "FILE", "help": "authority that signed the server's certificate"},
    "tls_certificate": {"metavar": "FILE", "help": "own certificate, if the server asks for one"},
    "tls_key": {"metavar": "FILE", "help": "key of that certificate"},
    "tls_server_name": {"metavar": "NAME", "help": "name in the server's certificate, if it is not the address"},
    "consistency": {"choices": CONSISTENCY_LEVELS, "help": "how fresh searches on a server are (default Bounded)"},
    "shards": {"type": int, "metavar": "N", "help": "shards of a new collection on a server"},
    "tenancy": {"metavar": "NAME", "help": "share one pair of collections on a server under this name"},
    "partition_folders": {
        "type": int,
        "metavar": "N",
        "help": "put documents of a new collection into partitions by their first N folders",
    },
    "loaded_folders": {"metavar": "LIST", "help": "of such a collection, the folders that a server loads for answers"},
    "dense_index": {"metavar": "TYPE", "help": "index of a new collection's dense vectors, such as HNSW:M=16"},
    "sparse_index": {"metavar": "TYPE", "help": "index of its sparse vectors"},
    "replicas": {"type": int, "metavar": "N", "help": "copies of a collection in a server's memory"},
    "database": {
        "metavar": "URL",
        "help": "PostgreSQL that keeps the chat's conversations, instead of a file in the home",
    },
    "machine_folders": {
        "choices": ("on", "off"),
        "help": "whether the page may add folders of this machine (default on)",
    },
    "requests_per_minute": {
        "type": int,
        "metavar": "N",
        "help": "requests that one caller may send in a minute (default: no limit)",
    },
    "requests_at_once": {
        "type": int,
        "metavar": "N",
        "help": "requests of one caller that are answered at the same time (default: no limit)",
    },
    "collection": {"metavar": "NAME", "help": 'collection to use (default "documents")'},
    "dense_model": {"metavar": "MODEL", "help": "packaged model, folder, or name on the model hub"},
    "sparse_model": {"metavar": "MODEL", "help": "Qdrant/bm25, another that fastembed lists, or a folder"},
    "language": {"metavar": "NAME", "help": "language of the documents: auto, or one for all, such as german"},
    "chunk_tokens": {"type": int, "metavar": "N", "help": "most tokens in a chunk"},
    "ocr": {"choices": OCR_CHOICES, "help": "what reads scans and pictures (default the best one that is there)"},
    "dictionaries": {
        "metavar": "FOLDER",
        "help": "dictionaries that translate questions, or none (default the system's)",
    },
    "ranking": {"choices": get_args(Ranking), "help": "order of the passages (default scores)"},
    "reranker": {"metavar": "MODEL", "help": "model that reorders the best passages: folder or name (default none)"},
    "verifier": {"metavar": "MODEL", "help": "model that checks written answers too: folder or name (default none)"},
    "rerank_ms": {"type": int, "metavar": "MS", "help": "most milliseconds it may take per question (default 1000)"},
    "top_k": {"type": int, "metavar": "N", "help": "passages an answer may rest on"},
    "threshold": {
        "type": float,
        "metavar": "X",
        "help": "least score of the best passage for an answer (default: learned from the collection)",
    },
    "searches": {"type": int, "metavar": "N", "help": "searches that a question may take with a model (default 3)"},
    "context_tokens": {"type": int, "metavar": "N", "help": "passages that a model is given, in tokens (default 3000)"},
    "llm_model": {
        "metavar": "MODEL",
        "help": "model of an OpenAI-compatible endpoint; without one, answers are quoted",
    },
    "llm_max_tokens": {"type": int, "metavar": "N", "help": "most tokens of a model's reply (default 4000)"},
    "openai_base_url": {"metavar": "URL", "help": "that endpoint's address"},
    "timeout_s": {"type": float, "metavar": "S", "help": "seconds that one request may take"},
    "engine_idle_s": {"type": float, "metavar": "S", "help": "seconds that an unused embedded engine keeps running"},
    "public_url": {"metavar": "URL", "help": "address under which people reach this, such as https://docs.example.com"},
    "trusted_proxies": {"metavar": "LIST", "help": "addresses of proxies whose X-Forwarded headers are believed"},
    "sign_in": {"choices": ("auto", "on"), "help": "ask who somebody is: where others can come, or always"},
    "session_idle_h": {"type": float, "metavar": "H", "help": "hours after which an unused session ends (default 24)"},
    "session_days": {"type": float, "metavar": "DAYS", "help": "days after which every session ends (default 14)"},
    "oidc_issuer": {"metavar": "URL", "help": "OpenID provider by which people may sign in"},
    "oidc_client_id": {"metavar": "ID", "help": "as what it knows this Footnote"},
    "oidc_allow": {"metavar": "LIST", "help": "who of its people may come: addresses, @domains, claim=value"},
    "oidc_owners": {"metavar": "LIST", "help": "to whom of them every collection belongs"},
    "audit": {"choices": ("full", "brief", "off"), "help": "what is written down of who asked what (default full)"},
    "audit_days": {"type": int, "metavar": "DAYS", "help": "days for which that is kept (default 90)"},
}
SERVER = (
    "server_database",
    "tls_ca",
    "tls_certificate",
    "tls_key",
    "tls_server_name",
    "consistency",
    "shards",
    "replicas",
    "tenancy",
    "partition_folders",
    "loaded_folders",
    "dense_index",
    "sparse_index",
)
SERVING = (
    "public_url",
    "trusted_proxies",
    "sign_in",
    "session_idle_h",
    "session_days",
    "oidc_issuer",
    "oidc_client_id",
    "oidc_allow",
    "oidc_owners",
    "audit",
    "audit_days",
)
CONNECTION = ("home", "uri", "collection", "timeout_s", "engine_idle_s", *SERVER)
WRITING = (*CONNECTION, "dense_model", "sparse_model", "language", "chunk_tokens", "ocr")
ASKING = (
    *CONNECTION,
    "dense_model",
    "sparse_model",
    "language",
    "dictionaries",
    "ranking",
    "reranker",
    "rerank_ms",
    "verifier",
    "top_k",
    "threshold",
    "context_tokens",
    "searches",
    "llm_model",
    "llm_max_tokens",
    "openai_base_url",
)


def add_settings(parser: argparse.ArgumentParser, names: Sequence[str]) -> None:
    """Add an option for each of these settings; one that is not given leaves the environment to decide.

    A command that must run despite a wrong setting has a parser without them.
    """
    parser.set_defaults(uses_settings=True)
    group = parser.add_argument_group(
        "settings", "Each is also an environment variable, or a line of .env; see docs/settings.md."
    )
    server = None
    for name in sorted(names, key=lambda name: name in SERVER):
        if name in SERVER and server is None:
            server = parser.add_argument_group("settings of a Milvus server", "Ignore these unless you use one.")
        # No default: that of an action of `footnote collections` would hide an option given before the action.
        (server or group).add_argument(_flag(name), dest=name, default=argparse.SUPPRESS, **_OPTIONS[name])


def _flag(name: str) -> str:
    """Return the option of a setting."""
    return f"--{name.removesuffix('_s').replace('_', '-')}"


def add_where(parser: argparse.ArgumentParser) -> None:
    """Add the option that limits a command to some documents."""
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="CONDITION",
        help="these documents alone: source, title, type, language, date or any metadata, as in type=pdf, "
        "source=reports/2024, source!=*draft*, date>=2024-03; may be repeated",
    )


def settings_from(arguments: argparse.Namespace, **fixed: Any) -> Settings:
    """Build settings: `fixed` win over arguments, and these over all that `configure` reads.

    Raises:
        ConfigError: A value is impossible.
    """
    return configured_from(arguments, **fixed).settings


def configured_from(arguments: argparse.Namespace, **fixed: Any) -> Configured:
    """Build the same settings, with where each comes from.

    Raises:
        ConfigError: A value is impossible.
    """
    given = given_in(arguments)
    try:
        return configure(os.environ, Path.cwd(), {**given, **fixed})
    except ConfigError as error:
        # What was typed is named as it was typed.
        name, _, what = str(error).partition(" ")
        if name not in given or not what.startswith("is "):
            raise
        raise ConfigError(f"{_flag(name)} {what}") from error


def given_in(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that options of a command line name."""
    given = {field.name: getattr(arguments, field.name, None) for field in dataclasses.fields(Settings)}
    return {name: value for name, value in given.items() if value is not None}


def home_of(arguments: argparse.Namespace) -> Home:
    """Return the home that a command uses, and why it is that one.

    Raises:
        ConfigError: `.env` cannot be read.
    """
    folder = Path.cwd()
    given = (
        (getattr(arguments, "home", None), "as --home says"),
        (os.environ.get("FOOTNOTE_HOME", "").strip(), "as FOOTNOTE_HOME says"),
        (read_environment(os.environ, folder).get("FOOTNOTE_HOME", "").strip(), f"as {folder / '.env'} says"),
    )
    for value, why in given:
        if value:
            return Home(expanded(value).absolute(), why)
    return default_home()
