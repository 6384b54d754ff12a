"""Settings: defaults that work on a laptop, and what overrides them.

What was chosen on the settings page overrides them, `.env` that, the environment both, and arguments all.

Only entry points and the notebook build `Settings`; everything below them receives plain values.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from qa import chosen as chosen_
from qa.chosen import Chosen
from qa.errors import ConfigError
from qa.home import DATABASE, default_home
from qa.index_types import read_index_type
from qa.lazy_regex import lazy_regex
from qa.paths import expanded
from qa.text.dictionaries import SYSTEM_FOLDER
from qa.text.language import AUTO
from qa.types import Ranking

if TYPE_CHECKING:
    from qa.store import IndexSettings

PACKAGED_MODEL = "all-MiniLM-L6-v2"
# Reads about a hundred languages; comes with the extra `multilingual`, or from the model hub.
MULTILINGUAL_MODEL = "multilingual-e5-small"
OCR_CHOICES = ("tesseract", "rapidocr", "off")
CONSISTENCY_LEVELS = ("Strong", "Session", "Bounded", "Eventually")
# What a collection may be called.
NAME = lazy_regex(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


# What a new collection is made with, if nothing else is set.
DEFAULTS: Mapping[str, str | int] = {
    "dense_model": PACKAGED_MODEL,
    "sparse_model": "Qdrant/bm25",
    "language": AUTO,
    "chunk_tokens": 200,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """One value per setting; docs/settings.md says the same for users.

    Attributes:
        home: Folder of the embedded index and of the ONNX copies of models.
        uri: "" for the embedded engine in `home`, a path for one elsewhere, or http(s):// of a Milvus server.
        token: "user:password" or an API key of a Milvus server.
        user: Name at a Milvus server; with `password` it takes the place of a token.
        password: Its password.
        server_database: Database of a Milvus server; "" is its default one.
        tls_ca: File of the authority that signed a server's certificate, for https.
        tls_certificate: File of the client's own certificate, where the server asks for one.
        tls_key: File of its key.
        tls_server_name: Name in the server's certificate, where it is not the address.
        consistency: How fresh searches on a server are: "Strong", "Session", "Bounded" or "Eventually".
        shards: Number of shards of a new collection on a server.
        replicas: Number of copies of a collection in a server's memory.
        tenancy: Name under which all collections of a server share one pair of Milvus' own, divided by a partition key;
            "" gives each its own.
        dense_index: Index of a new collection's dense vectors, such as "HNSW:M=16"; "" is the engine's best.
        sparse_index: Index of its sparse vectors, such as "SPARSE_INVERTED_INDEX:inverted_index_algo=DAAT_WAND".
        partition_folders: How many folders of a source name its group, each group of a new collection in a partition of
            its own; 0 for no groups.
        loaded_folders: The groups of such a collection, separated by commas, that are loaded into a server's memory for
            answers; "" for all of them.
        database: "postgresql://user@host/name" of the server that keeps conversations and feedback; "" for a file in
            `home`.
        machine_folders: Whether the page may add folders of the machine that it runs on: "on", or "off" where others
            than its user reach the page.
        requests_per_minute: Requests that one caller may send to the interface for programs in a minute; 0 is without a
            limit. A caller is a person where people sign in, else an address of the network.
        requests_at_once: Likewise those that are answered at the same time.
        collection: Name of the collection, letters, digits and underscores.
        dense_model: "all-MiniLM-L6-v2" (packaged), "multilingual-e5-small" (with the extra `multilingual`), a folder,
            or a name on the model hub. Here and below, "" or 0 means what the collection was made with, or the default
            for a new one; see `filled`.
        sparse_model: "Qdrant/bm25", another sparse model that fastembed lists, or a folder that holds one.
        language: Language of the documents, for stemming and stop words: "auto" is each document's own, or an English
            name for all of them, "english".
        chunk_tokens: Most tokens of the dense model in a chunk's own text.
        ocr: What reads scans and pictures of text: "tesseract", "rapidocr", "off"; "" is the best that is there.
        dictionaries: Folder of bilingual dictionaries in dictd's format, by which a question is searched in translation
            too; "none" for none.
        ranking: "scores" (RRF pool reordered by absolute scores), "rrf", "dense" or "sparse".
        reranker: Model that reorders the best passages: a folder, or a name that fastembed or the model hub knows;
            "" for none.
        verifier: Model that gives a second opinion on the sentences of a written answer: a folder, or a name of the
            model hub; "" for none.
        rerank_ms: Most milliseconds of a question that it may take.
        top_k: Passages that an answer may rest on.
        threshold: Least score of the best passage for a question to count as answerable, in [0, 1]. If None, what was
            learned from the collection decides.
        context_tokens: About how many tokens of passages a language model is given: the best `top_k`,
            what stands beside them in their sections, then further ones; 0 for the best alone.
        searches: Most searches for one question, of which a language model may ask for all but the first; 1 is one.
        llm_model: Model name for the OpenAI-compatible endpoint; "" answers extractively.
        llm_max_tokens: Most tokens of one reply of that model, with what it thinks; 0 leaves that to the endpoint.
        openai_api_key: Key of that endpoint.
        openai_base_url: Address of that endpoint; "" is OpenAI's own.
        timeout_s: Seconds that one request to the index may take, and that an endpoint may be silent: before the first
            word, over all tries, and between two words.
        engine_idle_s: Seconds that the embedded engine keeps running after the last command that used it ended.
        public_url: Address under which people reach `footnote serve`, with the path below which a proxy has it; "" is
            its own.
        trusted_proxies: Addresses and networks, with commas between, whose word about the address and the host that
            somebody came from is taken.
        sign_in: "auto" asks who somebody is where others than this machine can come, "on" always.
        session_idle_h: Hours after which a session that is not used ends.
        session_days: Days after which every session ends.
        oidc_issuer: Address of an OpenID provider by which people may sign in.
        oidc_client_id: As what it knows this Footnote.
        oidc_client_secret: What proves that to it.
        oidc_allow: Who of its people may come without having been added by name: addresses, domains such as
            "@example.com", claims such as "groups=staff", with commas between.
        oidc_owners: To whom of them every collection belongs, likewise.
        audit: What is written down of who asked and opened what: "full", "brief" without the questions, or "off".
        audit_days: Days for which it is kept.
    """

    home: Path
    uri: str = ""
    token: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    server_database: str = ""
    tls_ca: str = ""
    tls_certificate: str = ""
    tls_key: str = ""
    tls_server_name: str = ""
    consistency: str = "Bounded"
    shards: int = 1
    replicas: int = 1
    tenancy: str = ""
    dense_index: str = ""
    sparse_index: str = ""
    partition_folders: int = 0
    loaded_folders: str = ""
    database: str = field(default="", repr=False)
    machine_folders: str = "on"
    requests_per_minute: int = 0
    requests_at_once: int = 0
    collection: str = "documents"
    dense_model: str = ""
    sparse_model: str = ""
    language: str = ""
    chunk_tokens: int = 0
    ocr: str = ""
    dictionaries: str = SYSTEM_FOLDER
    ranking: Ranking = "scores"
    reranker: str = ""
    verifier: str = ""
    rerank_ms: int = 1000
    top_k: int = 8
    threshold: float | None = None
    context_tokens: int = 3_000
    searches: int = 3
    llm_model: str = ""
    llm_max_tokens: int = 4_000
    openai_api_key: str = field(default="", repr=False)
    openai_base_url: str = ""
    timeout_s: float = 60.0
    engine_idle_s: float = 60.0
    public_url: str = ""
    trusted_proxies: str = ""
    sign_in: str = "auto"
    session_idle_h: float = 24.0
    session_days: float = 14.0
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_allow: str = ""
    oidc_owners: str = ""
    audit: str = "full"
    audit_days: int = 90

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.collection):
            raise ConfigError(
                f'collection "{self.collection}" is not a name; use letters, digits and underscores, '
                "at most 100, not starting with a digit"
            )
        if self.ranking not in get_args(Ranking):
            raise ConfigError(f'ranking "{self.ranking}" is unknown; use one of {", ".join(get_args(Ranking))}')
        if self.chunk_tokens:
            _check_range("chunk_tokens", self.chunk_tokens, 16, 8192)
        if re.match(r"\w+://[^/]*@", self.uri):
            raise ConfigError("uri holds a password; set FOOTNOTE_USER and FOOTNOTE_PASSWORD, and leave it out there")
        if self.consistency not in CONSISTENCY_LEVELS:
            raise ConfigError(
                f'consistency "{self.consistency}" is unknown; use one of {", ".join(CONSISTENCY_LEVELS)}'
            )
        if self.machine_folders not in ("on", "off"):
            raise ConfigError(f'machine_folders "{self.machine_folders}" is neither; set it to on or off')
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise ConfigError("tls_certificate and tls_key go together; set both or none")
        if self.tls_certificate and not self.tls_ca:
            raise ConfigError("tls_certificate needs tls_ca as well, the authority of the server's certificate; set it")
        if bool(self.user) != bool(self.password):
            raise ConfigError("user and password go together; set both or none")
        for vectors in ("dense", "sparse"):
            if text := getattr(self, f"{vectors}_index"):
                read_index_type(text, vectors)
        if self.tenancy and self.is_embedded:
            raise ConfigError("tenancy needs a Milvus server; set FOOTNOTE_URI to one, or leave it out")
        if self.tenancy and not NAME.fullmatch(self.tenancy):
            raise ConfigError(f'tenancy "{self.tenancy}" is not a name; use letters, digits and underscores')
        if self.token and self.user:
            raise ConfigError("a token and a user are set; leave one of them out")
        _check_range("requests_per_minute", self.requests_per_minute, 0, 1_000_000)
        _check_range("requests_at_once", self.requests_at_once, 0, 100_000)
        _check_range("shards", self.shards, 1, 64)
        _check_range("partition_folders", self.partition_folders, 0, 8)
        if self.partition_folders and self.tenancy:
            raise ConfigError("partition_folders and tenancy both part collections; set one of them")
        _check_range("replicas", self.replicas, 1, 64)
        _check_range("rerank_ms", self.rerank_ms, 1, 600_000)
        _check_range("top_k", self.top_k, 1, 100)
        if self.threshold is not None:
            _check_range("threshold", self.threshold, 0.0, 1.0)
        _check_range("searches", self.searches, 1, 10)
        _check_range("context_tokens", self.context_tokens, 0, 1_000_000)
        _check_range("llm_max_tokens", self.llm_max_tokens, 0, 1_000_000)
        _check_range("timeout_s", self.timeout_s, 0.1, 3600.0)
        _check_range("engine_idle_s", self.engine_idle_s, 1.0, 86_400.0)
        _check_range("session_idle_h", self.session_idle_h, 0.001, 8_760.0)
        _check_range("session_days", self.session_days, 0.001, 365.0)
        _check_range("audit_days", self.audit_days, 1, 36_500)
        for name, choices in (("sign_in", ("auto", "on")), ("audit", ("full", "brief", "off"))):
            if (value := getattr(self, name)) not in choices:
                raise ConfigError(f'{name} "{value}" is unknown; use one of {", ".join(choices)}')
        if self.ocr not in ("", *OCR_CHOICES):
            raise ConfigError(f'ocr "{self.ocr}" is unknown; use {", ".join(OCR_CHOICES)}, or leave it out')
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ConfigError("oidc_issuer and oidc_client_id go together; set both or none")

    @property
    def index_file(self) -> Path:
        """The file of the embedded engine; meaningful when `is_embedded`."""
        return expanded(self.uri) if self.uri else self.home / DATABASE

    @property
    def is_embedded(self) -> bool:
        """Whether the index is a file of this machine rather than a server."""
        return is_file(self.uri)

    def filled(self, made_with: "IndexSettings | None" = None) -> "Settings":
        """Return settings with models, language and chunk size filled in: as set, else as the collection has them."""
        values: dict[str, Any] = {
            name: getattr(self, name) or (getattr(made_with, name) if made_with else default)
            for name, default in DEFAULTS.items()
        }
        return replace(self, **values)

    @classmethod
    def from_env(cls, environ: Mapping[str, str], **arguments: Any) -> "Settings":
        """Build settings from `FOOTNOTE_…` variables; arguments that are not None win over them.

        `OPENAI_API_KEY` and `OPENAI_BASE_URL` keep the names that the openai client reads. Blank values count as unset.

        Raises:
            ConfigError: A value is not of its type or out of its range.
        """
        given = {name: value for name, value in arguments.items() if value is not None}
        values: dict[str, Any] = {"home": default_home().folder, **given}
        for setting in fields(cls):
            variable = variable_of(setting.name)
            raw = environ.get(variable, "").strip()
            if raw and setting.name not in given:
                values[setting.name] = _convert(variable, setting.type, raw)
        if "chunk_tokens" in values:
            # 0 means unset, but must not be given.
            _check_range("chunk_tokens", values["chunk_tokens"], 16, 8192)
        settings = cls(**values)
        return replace(settings, home=expanded(settings.home).absolute())


# Where a value comes from.
Origin = Literal["option", "environment", ".env", "page", "default"]


@dataclass(frozen=True, slots=True)
class Configured:
    """Settings, and where each comes from; those that the origins lack are defaults.

    Attributes:
        settings: All together.
        chosen: What was chosen on the settings page, whether it counts or not.
        origins: By the name of the setting.
        problem: Why what was chosen is left out, in one line; "" if it is not.
    """

    settings: Settings
    chosen: Chosen = field(default_factory=Chosen)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    problem: str = ""

    def origin(self, name: str) -> Origin:
        """Return where the value of a setting comes from."""
        return self.origins.get(name, "default")


def configure(
    environ: Mapping[str, str],
    folder: Path,
    arguments: Mapping[str, Any] | None = None,
    *,
    chosen: Chosen | None = None,
    lenient: bool = False,
) -> Configured:
    """Put together all that has a say: arguments, the environment, `.env` of a folder, and what the page stored.

    Args:
        environ: The environment.
        folder: Where `.env` may be.
        arguments: By the name of the setting; None is none.
        chosen: Count this as what was chosen, in place of what the home holds.
        lenient: Leave out what was chosen, where it cannot be used, and say so in `problem`.

    Raises:
        ConfigError: A value is not of its type or out of its range, or a file cannot be read.
    """
    given = {name: value for name, value in (arguments or {}).items() if value is not None}
    environ = {name: value for name, value in environ.items() if value.strip()}
    merged = read_environment(environ, folder)
    without = Settings.from_env(merged, **given)
    origins: dict[str, Origin] = dict.fromkeys(given, "option")
    for setting in fields(Settings):
        variable = variable_of(setting.name)
        if setting.name not in given and merged.get(variable, "").strip():
            origins[setting.name] = "environment" if variable in environ else ".env"
    file = chosen_.file_of(without.home) if chosen is None else None
    try:
        chosen = chosen_.read(without.home) if chosen is None else chosen
        values: dict[str, Any] = {name: value for name, value in chosen.values.items() if name not in origins}
        settings = checked(without, values)
    except ConfigError as error:
        said = str(error)
        if file and str(file) not in said:
            said += f" ({file}); change it on the settings page, or move the file away"
        if not lenient:
            raise ConfigError(said) from error
        return Configured(without, Chosen(), origins, said)
    if "openai_api_key" not in origins and (key := chosen.key_for(settings.openai_base_url)):
        settings, values = replace(settings, openai_api_key=key), {**values, "openai_api_key": key}
    return Configured(settings, chosen, {**dict.fromkeys(values, "page"), **origins})


def checked(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """Return settings with other values, which may still be texts.

    Raises:
        ConfigError: One is not of its type or out of its range.
    """
    kinds = {setting.name: setting.type for setting in fields(Settings)}
    converted = {name: _convert(name, kinds[name], str(value)) for name, value in values.items()}
    return replace(settings, **converted) if converted else settings


def variable_of(name: str) -> str:
    """Return the variable of the environment that holds a setting."""
    return name.upper() if name.startswith("openai_") else f"FOOTNOTE_{name.upper()}"


def is_file(uri: str) -> bool:
    """Tell whether this names a file of this machine rather than a server."""
    return not re.match(r"(https?|tcp|unix)://?", uri)


def read_environment(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Merge `folder/.env` under the environment: a variable that is set wins over the file."""
    from dotenv import dotenv_values

    file = folder / ".env"
    try:
        values = {key: value or "" for key, value in dotenv_values(file).items()} if file.is_file() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read as text in UTF-8; mend it or move it away") from error
    return {**values, **{name: value for name, value in environ.items() if value.strip() or name not in values}}


def _convert(variable: str, kind: Any, raw: str) -> Any:
    if kind is Path:
        return Path(raw)
    try:
        return kind(raw) if kind in (int, float) else float(raw) if kind == (float | None) else raw
    except ValueError:
        raise ConfigError(f'{variable}="{raw}" is not a number; set it to one or leave it out') from None


def _check_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ConfigError(f"{name} is {value}; it must lie between {low} and {high}")
