"""What an endpoint may do instead of answering, in one table: how to recognise it, what to say, what to try. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from qa.errors import LLMError, LLMRequestError, LLMUnavailableError

# What a request can do without.
Lack = Literal["", "stream", "usage", "temperature", "system", "cap", "tools", "room"]
# How often to ask again: never; three times in all; for some seconds; until the deadline.
Patience = Literal["never", "thrice", "some", "long"]

_WORDS = 200
# A server's words are searched for what they tell up to here: a page of them would take minutes.
_LOOKED_AT = 2_000

_WRAPS_ALL = "openai"
# Libraries whose exceptions are those of a connection, and of what comes over it.
_OF_CONNECTIONS = frozenset(
    {_WRAPS_ALL, "httpx", "httpx2", "httpcore", "httpcore2", "h11", "h2", "hpack", "anyio", "socksio", "ssl"}
    | {"json", "pydantic", "pydantic_core", "zlib", "brotli", "brotlicffi", "zstandard"}
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault.

    Attributes:
        name: The fault in a word.
        fact: What happened; "{url}", "{model}" and "{words}" are filled in.
        remedy: What the reader can do.
        statuses: HTTP statuses that it comes with; empty for any.
        words: Pattern of the server's words that tell it.
        patience: Whether it may pass by itself.
        lack: What to leave out of the next request.
        passing: Whether asking again later may help.
    """

    name: str
    fact: str
    remedy: str
    statuses: Sequence[int] = ()
    words: str = ""
    patience: Patience = "never"
    lack: Lack = ""
    passing: bool = False

    def fits(self, status: int, words: str) -> bool:
        """Tell whether a reply shows this fault."""
        right_status = not self.statuses or status in self.statuses
        return right_status and (not self.words or bool(re.search(self.words, words, re.IGNORECASE)))


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that happened: `said` is its line for the reader, `wait_s` the seconds that the endpoint asks to wait."""

    kind: Kind
    said: str
    wait_s: float | None = None
    words: str = ""

    def error(self) -> LLMError:
        """Return it as an exception."""
        error = (LLMUnavailableError if self.kind.passing else LLMRequestError)(self.said)
        error.too_long = self.kind.lack == "room"
        error.kind, error.words = self.kind.name, self.words
        return error


_BAD_REQUEST = (200, 400, 404, 405, 406, 415, 422, 500, 501)
_MODEL = "check FOOTNOTE_LLM_MODEL"
_ADDRESS = "check OPENAI_BASE_URL"
_AGAIN = "ask again"

# The first that fits counts.
REPLIES: tuple[Kind, ...] = (
    Kind(
        "too long",
        "the passages are too long for {model} ({words})",
        "set FOOTNOTE_CONTEXT_TOKENS lower",
        words=r"context_length|exceed_context|(maximum|available|model'?s?) context|context (length|window|size)"
        r"|exceeds? (the )?(model'?s )?context|too many (input |prompt )?tokens|(prompt|input) (is )?too (long|large)"
        r"|reduce the length|max_model_len|n_ctx",
        lack="room",
    ),
    Kind(
        "too large",
        "the request is too large for {url} ({words})",
        "set FOOTNOTE_CONTEXT_TOKENS lower",
        (413,),
        lack="room",
    ),
    Kind(
        "secured",
        "{url} is an address for https ({words})",
        "write https:// in place of http:// in OPENAI_BASE_URL",
        words=r"plain HTTP request was sent to HTTPS|HTTP request to an HTTPS",
    ),
    Kind(
        "quota",
        "the quota at {url} is used up ({words})",
        "check the account",
        (200, 400, 402, 403, 429),
        r"insufficient_quota|exceeded your current quota|insufficient (balance|credit|fund)|out of credit"
        r"|credit balance|billing|payment required",
    ),
    Kind("payment", "{url} asks for payment ({words})", "check the account", (402,)),
    Kind("key", "{url} refused the key ({words})", "check OPENAI_API_KEY", (401,)),
    Kind("account", "{url} refuses this account ({words})", "check OPENAI_API_KEY and the account", (403,)),
    Kind(
        "filter",
        "the provider of {model} refused the text ({words})",
        "ask otherwise",
        (200, 400, 422),
        r"content_filter|content management policy|safety (system|filter)|moderation",
    ),
    Kind(
        "temperature",
        "{model} takes no temperature ({words})",
        _MODEL,
        _BAD_REQUEST,
        r"\btemperature\b",
        lack="temperature",
    ),
    Kind(
        "usage",
        "{url} does not count tokens ({words})",
        _MODEL,
        _BAD_REQUEST,
        r"stream_options|include_usage",
        lack="usage",
    ),
    Kind(
        "cap",
        "{model} takes no limit of tokens ({words})",
        _MODEL,
        _BAD_REQUEST,
        r"max_tokens|max_completion_tokens",
        lack="cap",
    ),
    Kind(
        "system",
        "{model} takes no instructions ({words})",
        _MODEL,
        _BAD_REQUEST,
        r"\bsystem\b.{0,40}\b(role|message|prompt|instruction)|\brole\b.{0,40}\bsystem\b|roles must alternate"
        r"|only user and assistant|developer instruction",
        lack="system",
    ),
    Kind(
        "tools",
        "{model} takes no tools ({words})",
        _MODEL,
        _BAD_REQUEST,
        r"\btools?\b|tool_choice|function call",
        lack="tools",
    ),
    Kind("stream", "{url} does not stream ({words})", _MODEL, _BAD_REQUEST, r"\bstream(ing)?\b", lack="stream"),
    Kind(
        "no model",
        '{url} has no model "{model}" ({words})',
        _MODEL,
        (200, 400, 404),
        r"model_not_found|\bmodel\b.*\b(not|unknown|exist|invalid)|(no|unknown|invalid) (such )?model",
    ),
    Kind(
        "no address",
        "there is nothing at this address of {url} ({words})",
        "check OPENAI_BASE_URL, which mostly ends in /v1",
        (404, 405, 410),
    ),
    Kind("sign-in", "{url} asks for a sign-in on a web page ({words})", _ADDRESS, (301, 302, 303)),
    Kind(
        "redirect",
        "{url} redirects the question to another host, which was refused ({words})",
        "set OPENAI_BASE_URL to that address if you trust it",
        range(300, 400),
    ),
    Kind(
        "busy",
        "{url} is receiving too many requests ({words})",
        "ask again later",
        (429,),
        patience="some",
        passing=True,
    ),
    Kind(
        "loading",
        "{url} is not ready ({words})",
        _AGAIN,
        (500, 502, 503),
        r"\bload(ing)?\b|warming|starting",
        patience="long",
        passing=True,
    ),
    Kind("overloaded", "{url} is not ready ({words})", _AGAIN, (503, 529), patience="some", passing=True),
    Kind("failed", "{url} failed ({words})", _AGAIN, range(500, 600), patience="thrice", passing=True),
    Kind("failed", "{url} failed ({words})", _AGAIN, (200, 408, 409, 425), patience="thrice", passing=True),
    Kind("refused", "{url} refused the request ({words})", _MODEL),
)

# How a connection fails: names of exceptions on the way down to the cause, and their words.
CONNECTIONS: tuple[Kind, ...] = (
    Kind(
        "no name",
        "the name in {url} is unknown ({words})",
        "check OPENAI_BASE_URL, and whether there is a network",
        words=r"gaierror|getaddrinfo",
        passing=True,
    ),
    Kind(
        "nobody",
        "nothing listens at {url}",
        "start the endpoint, or check OPENAI_BASE_URL",
        words=r"ConnectionRefused",
        passing=True,
    ),
    Kind(
        "certificate",
        "the certificate of {url} cannot be trusted ({words})",
        "check OPENAI_BASE_URL, or name the authority in SSL_CERT_FILE",
        words=r"CERTIFICATE_VERIFY_FAILED|CertVerification|self.signed",
    ),
    Kind(
        "no TLS",
        "{url} does not speak TLS ({words})",
        "write http:// in place of https:// in OPENAI_BASE_URL",
        words=r"WRONG_VERSION_NUMBER|UNKNOWN_PROTOCOL|HTTP_REQUEST|record layer failure|\bSSLError: \[SSL\]",
    ),
    Kind("TLS", "the connection to {url} cannot be secured ({words})", _ADDRESS, words=r"SSL", passing=True),
    Kind(
        "hung up",
        "{url} closed the connection without an answer ({words})",
        "check OPENAI_BASE_URL: its port, and whether it begins with https://",
        words=r"without sending a response|ReadError|ConnectionReset",
        patience="thrice",
        passing=True,
    ),
    Kind(
        "no HTTP",
        "{url} does not speak HTTP ({words})",
        "check OPENAI_BASE_URL: its port, and whether it begins with https://",
        words=r"illegal (status line|header)|\\x15\\x03|Invalid(HTTP|Status)",
        passing=True,
    ),
    Kind(
        "unreachable",
        "{url} cannot be reached ({words})",
        "check OPENAI_BASE_URL and the network",
        words=r"unreachable|No route|ConnectTimeout|ConnectError|NetworkError",
        passing=True,
    ),
    Kind(
        "encoding",
        "{url} sent something that cannot be read ({words})",
        _AGAIN,
        words=r"DecodingError|JSONDecodeError|ValidationError",
        passing=True,
    ),
    Kind("cut", "{url} broke off the connection ({words})", _AGAIN, patience="thrice", passing=True),
)

UNFORESEEN = Kind(
    "unforeseen", "something went wrong in Footnote itself while {url} was asked ({words})", "the log says where"
)
SILENT = Kind(
    "silent",
    "{model} at {url} did not answer in time ({words})",
    "ask again, or raise FOOTNOTE_TIMEOUT_S",
    passing=True,
)
EMPTY = Kind("empty", "{url} sent nothing", _AGAIN, lack="stream", passing=True)
WORDLESS = Kind("wordless", "{model} said nothing", _AGAIN, lack="stream", passing=True)
PAGE = Kind(
    "page",
    "{url} sent a web page in place of a reply ({words})",
    "check OPENAI_BASE_URL, and whether the network asks for a sign-in",
    passing=True,
)
UNREADABLE = Kind(
    "unreadable",
    "{url} sent something that is no reply ({words})",
    "check OPENAI_BASE_URL",
    lack="stream",
    passing=True,
)
TOO_MUCH = Kind("too much", "{url} sent more than an answer can be ({words})", _MODEL)


def of_reply(status: int, words: str, code: str = "") -> Kind:
    """Return the kind of fault that a reply shows by its status and the server's words."""
    together = f"{code} {words}"[:_LOOKED_AT]
    return next(kind for kind in REPLIES if kind.fits(status, together))


def of_exception(error: BaseException) -> tuple[Kind, str]:
    """Return the kind of fault that an exception of the connection shows, and its cause in words.

    What no connection raises is `UNFORESEEN`: a fault of ours, or of a library, whose words must not be read as those
    of a connection. openai wraps whatever happens while it sends into an error of a connection of its own.
    """
    causes = list(_causes(error))
    strange = [cause for cause in causes if not _is_of_connection(cause)]
    if strange and all(_library(cause) == _WRAPS_ALL for cause in causes if cause not in strange):
        return UNFORESEEN, f"{type(strange[-1]).__name__}: {strange[-1]}"
    causes = [cause for cause in causes if cause not in strange]
    together = "\n".join(f"{type(cause).__name__}: {cause}" for cause in causes)
    kind = next(kind for kind in CONNECTIONS if kind.fits(0, together))
    told = [cause for cause in causes if re.search(kind.words, f"{type(cause).__name__}: {cause}")]
    # The deepest cause says most about a fault that is told by its words; for others the transport's own words do.
    last = told[-1] if kind.words else causes[min(1, len(causes) - 1)]
    return kind, str(last) or type(last).__name__


def server_words(data: Any) -> tuple[str, str]:
    """Return what a JSON body says is wrong, and the code it gives; both "" where it says nothing."""
    if isinstance(data, Sequence) and not isinstance(data, str) and data:  # as Google's endpoint does
        return server_words(data[0])
    if not isinstance(data, Mapping):
        return "", ""
    error = data.get("error", data)
    if isinstance(error, str):
        return error, ""
    if isinstance(error, Mapping):
        said = next((error[name] for name in ("message", "detail", "msg", "error") if error.get(name)), "")
        codes = (error.get("code"), error.get("type"), error.get("param"))
        return str(said), " ".join(str(code) for code in codes if code)
    return "", ""


def one_line(text: str, *, secret: str = "") -> str:
    """Return a server's words as one short line, without the key, which they may repeat."""
    if len(secret) > 3:
        text = text.replace(secret, "…")
    text = re.sub(r"\b(sk|key)-[\w*-]{8,}", "…", text)
    line = " ".join(re.sub(r"[^\S ]|[^\w\s!-~€£§°–—…“”‘’«»]", " ", text).split())
    return line if len(line) <= _WORDS else f"{line[: _WORDS - 1]}…"


def page_title(html: str) -> str:
    """Return the title of a web page, "" for none."""
    found = re.search(r"<title[^>]{0,200}>(.{0,500}?)</title>", html, re.IGNORECASE | re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def _is_of_connection(error: BaseException) -> bool:
    """Tell whether an exception is one that sending and receiving raise."""
    return isinstance(error, OSError | EOFError | UnicodeError) or _library(error) in _OF_CONNECTIONS


def _library(error: BaseException) -> str:
    return type(error).__module__.partition(".")[0]


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and its causes, each once."""
    todo, seen = [error], set()
    while todo:
        next_one = todo.pop(0)
        if id(next_one) in seen:
            continue
        seen.add(id(next_one))
        yield next_one
        below = (next_one.__cause__, next_one.__context__, *getattr(next_one, "exceptions", ()))
        todo += [cause for cause in below if cause is not None]
