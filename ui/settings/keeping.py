"""Changes what was chosen: checked as a whole first, so that what cannot be used is never stored. Draws nothing."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

from qa import chosen as chosen_
from qa.chosen import Chosen, Value, holds_password, place_of
from qa.config import Settings, checked
from qa.errors import ConfigError
from qa.models.chat.client import open_chat_model
from ui.web import opening
from ui.web.access import current_access
from ui.web.language import t

_LONGEST_KEY = 10_000


def change(edit: Callable[[Chosen], Chosen], *, check: Callable[[Settings], None] = lambda _: None) -> None:
    """Change what was chosen, at once for the next question of every page and command.

    Args:
        edit: Returns what is chosen then.
        check: Raises where the settings that come of it cannot be used.

    Raises:
        AccessError: They are not for who asks to change; nothing was changed.
        ConfigError: It cannot be used or written; nothing was changed.
    """
    current_access().require_configuring()
    home = opening.home()
    with chosen_.changing(home):
        edited = edit(chosen_.read(home))
        check(opening.configured(chosen=edited).settings)
        chosen_.write(home, edited)


def set_values(values: Mapping[str, Value | None], *, check: Callable[[Settings], None] = lambda _: None) -> None:
    """Choose values of settings; None goes back to the default.

    Raises:
        ConfigError: One cannot be used; nothing was changed.
    """
    checked(opening.configured(chosen=Chosen()).settings, {name: v for name, v in values.items() if v is not None})

    def edit(chosen: Chosen) -> Chosen:
        for name, value in values.items():
            chosen = chosen.with_value(name, value)
        return chosen

    change(edit, check=check)


def set_key(key: str, address: str) -> None:
    """Keep the key of an endpoint; "" removes it.

    Raises:
        ConfigError: It is no key, or cannot be stored.
    """
    key = key.strip()
    if not key.isascii() or not key.isprintable() or " " in key or len(key) > _LONGEST_KEY:
        raise ConfigError(t("This holds characters that cannot be part of a key. Copy it again."))
    if key and not place_of(address):
        raise ConfigError(t("First give the address that the key is for."))
    change(lambda chosen: replace(chosen, key=key, key_place=place_of(address) if key else ""))


def set_interface(name: str, value: str) -> None:
    """Choose the language or the theme of the pages; "" goes back to the browser's or the system's.

    Raises:
        ConfigError: It cannot be stored.
    """
    change(lambda chosen: replace(chosen, language=value) if name == "language" else replace(chosen, theme=value))


def forget_all() -> None:
    """Forget what was chosen, whatever the file holds; it is kept beside, under another name.

    Raises:
        AccessError: It is not for who asks to change.
        ConfigError: The home cannot be written.
    """
    current_access().require_configuring()
    home = opening.home()
    with chosen_.changing(home):
        chosen_.set_aside(home)


def check_endpoint(settings: Settings) -> None:
    """Check what can be checked of an endpoint without asking it.

    Raises:
        ConfigError: The address is none, or a key is missing.
    """
    if settings.openai_base_url and not settings.openai_base_url.startswith(("http://", "https://")):
        raise ConfigError(t("This is no address: one begins with http:// or https://."))
    if holds_password(settings.openai_base_url):
        raise ConfigError(with_password())
    if not settings.llm_model:
        return
    if not settings.openai_base_url and not settings.openai_api_key:
        raise ConfigError(t("OpenAI asks for a key. Keep one below, or give the address of another endpoint."))

    async def opened() -> None:
        async with open_chat_model(
            settings.llm_model, api_key=settings.openai_api_key, base_url=settings.openai_base_url
        ):
            pass

    asyncio.run(opened())


def with_password() -> str:
    """Say why an address with a user or a password in it is not taken."""
    return t("Leave the name and the password out of the address: what is secret belongs into the field “Key”.")


def check_models(settings: Settings, name: str) -> None:
    """Load what a setting names, where it names a model or a folder.

    Raises:
        ConfigError: It cannot be used.
        ModelError: It cannot be loaded.
    """
    if name == "reranker" and settings.reranker:
        from qa.models.rerankers import RerankingModel

        RerankingModel(settings.reranker).load()
    if name == "verifier" and settings.verifier:
        from qa.models.verifiers import VerifyingModel

        VerifyingModel(settings.verifier).load()
    if name == "dictionaries":
        from qa.text.dictionaries import Dictionaries

        Dictionaries(settings.dictionaries).check()
