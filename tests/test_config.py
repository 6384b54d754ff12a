from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL

from qa.command.origins import mistyped
from qa.config import PACKAGED_MODEL, Settings, read_environment
from qa.errors import ConfigError


def test_what_is_not_set_is_as_the_collection_was_made() -> None:
    made = replace(SMALL, dense_model="other", language="german", chunk_tokens=64)
    settings = Settings.from_env({"FOOTNOTE_LANGUAGE": "french"}).filled(made)
    assert (settings.dense_model, settings.language, settings.chunk_tokens) == ("other", "french", 64)


def test_defaults_work_without_any_setting() -> None:
    settings = Settings.from_env({}).filled()
    assert (settings.dense_model, settings.collection, settings.llm_model) == (PACKAGED_MODEL, "documents", "")
    assert settings.is_embedded
    assert settings.home.is_absolute()


# Where a value comes from


def test_argument_wins_over_environment_over_file_over_default(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FOOTNOTE_TOP_K=3\nFOOTNOTE_LANGUAGE=german\nFOOTNOTE_COLLECTION=from_file\n")
    environ = read_environment({"FOOTNOTE_TOP_K": "4", "FOOTNOTE_LANGUAGE": "french"}, tmp_path)
    settings = Settings.from_env(environ, top_k=5, language=None)
    assert (settings.top_k, settings.language, settings.collection) == (5, "french", "from_file")
    assert settings.timeout_s == 60.0


def test_folder_without_a_file_leaves_the_environment(tmp_path: Path) -> None:
    assert read_environment({"A": "1"}, tmp_path) == {"A": "1"}


def test_file_may_quote_comment_and_name_without_a_value(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('# mine\nexport FOOTNOTE_TOKEN="root:Mil vus"  # secret\nFOOTNOTE_URI\n')
    settings = Settings.from_env(read_environment({}, tmp_path))
    assert (settings.token, settings.uri) == ("root:Mil vus", "")


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_blank_counts_as_unset(blank: str) -> None:
    names = ["HOME", "URI", "COLLECTION", "TOP_K", "THRESHOLD", "RANKING", "LANGUAGE"]
    assert Settings.from_env({f"FOOTNOTE_{name}": blank for name in names}) == Settings.from_env({})


def test_blank_variable_leaves_the_file_its_say(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FOOTNOTE_TOP_K=3\n")
    assert Settings.from_env(read_environment({"FOOTNOTE_TOP_K": ""}, tmp_path)).top_k == 3


@pytest.mark.parametrize(
    ("variable", "raw", "field", "value"),
    [
        ("FOOTNOTE_HOME", "/data/notes", "home", Path("/data/notes")),
        ("FOOTNOTE_URI", " http://milvus:19530 ", "uri", "http://milvus:19530"),
        ("FOOTNOTE_TOKEN", "root:Milvus", "token", "root:Milvus"),
        ("FOOTNOTE_COLLECTION", "_my_Docs2", "collection", "_my_Docs2"),
        ("FOOTNOTE_DENSE_MODEL", "/models/x", "dense_model", "/models/x"),
        ("FOOTNOTE_SPARSE_MODEL", "other", "sparse_model", "other"),
        ("FOOTNOTE_LANGUAGE", "german", "language", "german"),
        ("FOOTNOTE_CHUNK_TOKENS", "128", "chunk_tokens", 128),
        ("FOOTNOTE_DICTIONARIES", "/opt/dictd", "dictionaries", "/opt/dictd"),
        ("FOOTNOTE_RANKING", "rrf", "ranking", "rrf"),
        ("FOOTNOTE_RERANKER", "BAAI/bge-reranker-base", "reranker", "BAAI/bge-reranker-base"),
        ("FOOTNOTE_RERANK_MS", "250", "rerank_ms", 250),
        ("FOOTNOTE_VERIFIER", "models/nli", "verifier", "models/nli"),
        ("FOOTNOTE_TOP_K", "100", "top_k", 100),
        ("FOOTNOTE_THRESHOLD", "0", "threshold", 0.0),
        ("FOOTNOTE_LLM_MODEL", "gpt-x", "llm_model", "gpt-x"),
        ("OPENAI_API_KEY", "sk-1", "openai_api_key", "sk-1"),
        ("OPENAI_BASE_URL", "http://h/v1", "openai_base_url", "http://h/v1"),
        ("FOOTNOTE_TIMEOUT_S", "2.5", "timeout_s", 2.5),
    ],
)
def test_each_variable_sets_its_field(variable: str, raw: str, field: str, value: object) -> None:
    changed = getattr(Settings.from_env({variable: raw}), field)
    assert changed == value
    assert type(changed) is type(value) or isinstance(value, Path)


def test_names_of_other_programs_are_not_taken() -> None:
    environ = {"HOME": "/root", "URI": "x", "TOP_K": "1", "FOOTNOTE_OPENAI_API_KEY": "no"}
    assert Settings.from_env(environ) == Settings.from_env({})


def test_home_is_absolute_and_expanded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert Settings.from_env({"FOOTNOTE_HOME": "~/notes"}).home == tmp_path / "notes"
    assert Settings.from_env({}, home="notes").home == tmp_path / "notes"


# What is refused


@pytest.mark.parametrize("raw", ["five", "5.5", "1e3", "0x10"])
def test_word_for_a_number_is_named_with_its_variable(raw: str) -> None:
    with pytest.raises(ConfigError, match=f'^FOOTNOTE_TOP_K="{raw}" is not a number; set it to one or leave it out$'):
        Settings.from_env({"FOOTNOTE_TOP_K": raw})


@pytest.mark.parametrize(
    ("name", "low", "high", "outside"),
    [
        ("chunk_tokens", 16, 8192, (15, 8193)),
        ("rerank_ms", 1, 600_000, (0, 600_001, -1)),
        ("top_k", 1, 100, (0, 101, -1)),
        ("threshold", 0.0, 1.0, (-0.01, 1.01, float("nan"))),
        ("timeout_s", 0.1, 3600.0, (0.0, 3601.0, float("inf"))),
    ],
)
def test_ends_of_a_range_are_taken_and_what_is_outside_is_named(
    tmp_path: Path, name: str, low: float, high: float, outside: tuple[float, ...]
) -> None:
    for value in (low, high):
        assert getattr(Settings(tmp_path, **{name: value}), name) == value  # type: ignore[arg-type]
    for value in outside:
        with pytest.raises(ConfigError, match=f"^{name} is {value}; it must lie between {low} and {high}$"):
            Settings(tmp_path, **{name: value})  # type: ignore[arg-type]
        with pytest.raises(ConfigError, match=name):
            Settings.from_env({f"FOOTNOTE_{name.upper()}": str(value)})


@pytest.mark.parametrize("name", ["a b", "1st", "über", "a-b", "a.b", "", "x" * 101, "a\n", "a;drop"])
def test_collection_that_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="is not a name; use letters, digits and underscores"):
        Settings(tmp_path, collection=name)


@pytest.mark.parametrize("name", ["a", "_", "Docs_2", "x" * 100])
def test_collection_name_is_taken(tmp_path: Path, name: str) -> None:
    assert Settings(tmp_path, collection=name).collection == name


def test_unknown_ranking_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r'^ranking "best" is unknown; use one of scores, rrf, dense, sparse$'):
        Settings.from_env({"FOOTNOTE_RANKING": "best"}, home=tmp_path)


def test_argument_wins_over_a_wrong_variable() -> None:
    assert Settings.from_env({"FOOTNOTE_TOP_K": "500"}, top_k=5).top_k == 5


def test_wrong_argument_is_refused() -> None:
    with pytest.raises(ConfigError, match="top_k is 0"):
        Settings.from_env({}, top_k=0)


# Where the index is


@pytest.mark.parametrize(
    ("uri", "embedded", "database"),
    [
        ("", True, "/home/me/footnote.db"),
        ("/data/mine.db", True, "/data/mine.db"),
        ("mine.db", True, "mine.db"),
        ("http://localhost:19530", False, None),
        ("https://cluster.example", False, None),
        ("tcp://host:1", False, None),
        ("unix:/run/engine.sock", False, None),
    ],
)
def test_uri_names_a_file_or_a_server(uri: str, embedded: bool, database: str | None) -> None:
    settings = Settings(Path("/home/me"), uri=uri)
    assert settings.is_embedded is embedded
    if embedded:
        assert settings.index_file == Path(str(database))


def test_home_sign_in_a_path_is_expanded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert Settings(tmp_path, uri="~/mine.db").index_file == tmp_path / "mine.db"


# A server


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"tls_certificate": "c.pem", "tls_ca": "a.pem"}, "tls_certificate and tls_key go together"),
        ({"tls_certificate": "c.pem", "tls_key": "c.key"}, "tls_certificate needs tls_ca"),
        ({"user": "me"}, "user and password go together"),
        ({"password": "secret"}, "user and password go together"),
        ({"user": "me", "password": "secret", "token": "key"}, "a token and a user are set"),
        ({"consistency": "strong"}, "use one of Strong, Session, Bounded, Eventually"),
        ({"replicas": 0}, "replicas is 0"),
        ({"tenancy": "shared", "uri": "mine.db"}, "tenancy needs a Milvus server"),
    ],
)
def test_what_a_server_cannot_use_is_refused(tmp_path: Path, values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as raised:
        Settings(tmp_path, **{"uri": "https://milvus", **values})
    assert "secret" not in str(raised.value)


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    settings: Any = Settings(tmp_path)
    with pytest.raises(AttributeError):
        settings.top_k = 3


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("FOOTNOTE_COLECTION", "FOOTNOTE_COLLECTION"),
        ("FOOTNOTE_TOPK", "FOOTNOTE_TOP_K"),
        ("FOOTNOTE_TIMEOUT", "FOOTNOTE_TIMEOUT_S"),
        ("FOOTNOTE_COLLECTION", ""),
        # Those of containers and tests, and those of other programs.
        ("FOOTNOTE_EXAMPLES", ""),
        ("FOOTNOTE_SHARED", ""),
        ("FOOTNOTE_TEST_SEED", ""),
        ("COLLECTION", ""),
    ],
)
def test_variable_that_is_written_almost_as_a_setting_is_told(name: str, meant: str) -> None:
    assert mistyped([name, "HOME"]) == ([f"{name} is no setting; did you mean {meant}?"] if meant else [])
