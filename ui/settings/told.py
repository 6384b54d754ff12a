"""What trying an endpoint came to, in words: what is wrong, and what to do on this page. Draws nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.chosen import OPENAI
from qa.errors import LLMError, without_passwords
from qa.models.chat.probe import Found, Tried
from ui.web.language import number, t, t_many
from ui.web.reasons import worded

Level = Literal["good", "doubt", "bad"]
_LISTED = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is said, and how good it is; `use` is an address that can be taken over."""

    level: Level
    text: str
    use: str = ""


def of_try(tried: Tried, address: str, model: str) -> Line:
    """Return in a line what came of trying an endpoint."""
    if tried.better:
        text = t("There is nothing at this address, but there is at {address}.", address=tried.better)
        return Line("doubt", text, tried.better)
    if tried.error:
        return Line("bad", of_error(tried.error, address or OPENAI, model, tried.models))
    offers = t_many("It offers {n} model.", "It offers {n} models.", len(tried.models)) if tried.models else ""
    if tried.answered_s is not None:
        text = t("{model} answered in {seconds} s.", model=model, seconds=number(round(tried.answered_s, 1)))
        return Line("good", f"{text} {offers}".strip())
    if tried.models:
        return Line("good", offers + " " + t("Choose one and test again."))
    return Line("doubt", t("The endpoint answers, but lists no models. Type the name of one and test again."))


def of_error(error: LLMError, address: str, model: str, models: Sequence[str] = ()) -> str:
    """Return in words what is wrong with an endpoint; what nobody foresaw is told as it came."""
    said = _ERRORS.get(error.kind)
    if said is None:
        return worded(error)
    words = f" ({error.words})" if error.words and error.kind not in _SAID_ALL else ""
    text = said(without_passwords(address), model) + words
    if error.kind == "no model" and models:
        text += " " + t("It offers: {names}.", names=_listed(models))
    return text


def of_found(found: Found) -> Line:
    """Return in a line what listens where a program usually does."""
    program = found.program
    values = {"name": program.name, "address": program.address}
    if found.models is None:
        # As text: a port has no thousands to part.
        text = t(
            "Port {port}, where {name} usually is: something answers, but it is no endpoint of language models.",
            port=str(program.port),
            name=program.name,
        )
        return Line("doubt", text)
    if not found.models:
        return Line("good", t("{name}, or what is like it, at {address}: no model yet.", **values), program.address)
    listed = _listed(found.models)
    text = t("{name}, or what is like it, at {address}: {models}", models=listed, **values)
    return Line("good", text, program.address)


def _listed(models: Sequence[str]) -> str:
    return ", ".join(models[:_LISTED]) + (" …" if len(models) > _LISTED else "")


# What the system says besides ("[Errno 111] …") helps nobody further.
_SAID_ALL = ("no name", "nobody")
Said = Callable[[str, str], str]
_ERRORS: dict[str, Said] = {
    "no name": lambda a, _: t(
        "The name in {address} is unknown: is it spelled right, and is there a network?", address=a
    ),
    "nobody": lambda a, _: t("Nothing listens at {address}: start the program, or check the port.", address=a),
    "unreachable": lambda a, _: t("{address} cannot be reached: check the address and the network.", address=a),
    "hung up": lambda a, _: t(
        "{address} hangs up: check the port, and whether the address begins with https://.", address=a
    ),
    "no HTTP": lambda a, _: t(
        "{address} does not speak HTTP: check the port, and whether the address begins with https://.", address=a
    ),
    "certificate": lambda a, _: t(
        "The certificate of {address} cannot be trusted: check the address, or name its authority in SSL_CERT_FILE.",
        address=a,
    ),
    "no TLS": lambda a, _: t("{address} does not speak TLS: write http:// in place of https://.", address=a),
    "TLS": lambda a, _: t("The connection to {address} cannot be secured: check the address.", address=a),
    "secured": lambda a, _: t("{address} asks for https: write https:// in place of http://.", address=a),
    "key": lambda a, _: t("{address} refuses the key: give another below, or check the account.", address=a),
    "account": lambda a, _: t("{address} refuses this account: check the key and what the account may do.", address=a),
    "quota": lambda a, _: t("The quota at {address} is used up: check the account.", address=a),
    "payment": lambda a, _: t("{address} asks for payment: check the account.", address=a),
    "no model": lambda a, m: t("{address} has no model “{model}”: choose another.", address=a, model=m),
    "no address": lambda a, _: (
        t("There is nothing at {address}: check the address and the port.", address=a)
        if a.rstrip("/").endswith("/v1")
        else t("There is nothing at {address}: most addresses end in /v1.", address=a)
    ),
    "page": lambda a, _: t(
        "{address} sends a web page: check the address, and whether the network asks for a sign-in.", address=a
    ),
    "sign-in": lambda a, _: t("{address} asks for a sign-in on a web page: check the address.", address=a),
    "redirect": lambda a, _: t(
        "{address} leads to another host, which was not followed: check the address.", address=a
    ),
    "unreadable": lambda a, _: t(
        "{address} sends something that is no reply of a model: check the address.", address=a
    ),
    "encoding": lambda a, _: t("{address} sends something that cannot be read: check the address.", address=a),
    "silent": lambda a, _: t("{address} did not answer in time: it may be loading the model. Test again.", address=a),
    "busy": lambda a, _: t("{address} has too many requests: test again later.", address=a),
    "loading": lambda a, _: t("{address} is not ready: test again in a moment.", address=a),
    "overloaded": lambda a, _: t("{address} is not ready: test again in a moment.", address=a),
    "failed": lambda a, _: t("{address} failed: test again, or look into its log.", address=a),
    "cut": lambda a, _: t("{address} broke off the connection: test again.", address=a),
    "unforeseen": lambda a, _: t(
        "Something went wrong in Footnote itself while {address} was asked. The details are in the log of the terminal "
        "that runs Footnote.",
        address=a,
    ),
    "empty": lambda a, _: t("{address} sent nothing: test again, or look into its log.", address=a),
    "wordless": lambda _, m: t("{model} said nothing: choose another model.", model=m),
}
