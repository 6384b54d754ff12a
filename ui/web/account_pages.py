"""The pages for signing in, and for looking after one's own account: plain HTML, without any script.

Every change is a form of these pages' own: the guard tells which page asked, and nothing else is taken.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from qa.accounts.keys import Keys
from qa.accounts.users import LEAST_CHARACTERS, User
from qa.config import Settings
from qa.errors import ConfigError, QAError
from ui.web import opening
from ui.web.account_html import CSS, account_page, message_page, sign_in_page
from ui.web.accounts import Accounts, cookies_of
from ui.web.guard import OWN_PAGE
from ui.web.identity import person_of
from ui.web.language import speaking, t, t_many
from ui.web.oidc import Begun, Provider, ProviderError, StrangerError, Visitor, is_one_of, read_begun
from ui.web.place import ACCOUNT, SIGN_IN, at, network_of
from ui.web.reasons import worded
from ui.web.style import ICON

logger = logging.getLogger(__name__)

_MOST_FORM = 16 << 10
# In which a form has to be there; who sends it letter by letter holds a connection.
_FORM_S = 30.0
# Each hash takes 64 MB and a core for a moment; who waits longer is told to come back.
_AT_ONCE, _MOST_WAITING = 2, 16
_OIDC_S = 600
_OIDC_COOKIE = "footnote-oidc"


class Pages:
    """The pages of one process."""

    def __init__(self, accounts: Accounts, settings: Settings) -> None:
        """Take the accounts, and the provider where there is one.

        Raises:
            ConfigError: The provider's address cannot be used.
        """
        self._accounts = accounts
        self._settings = settings
        self._provider = Provider(settings) if settings.oidc_issuer else None
        self._hashing = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    def application(self) -> Starlette:
        """Return the pages as an application."""
        get, post = ["GET"], ["POST"]
        return Starlette(
            routes=[
                Route(SIGN_IN, self._told(self._form), methods=get),
                Route(SIGN_IN, self._told(self._sign_in), methods=post),
                Route(f"{SIGN_IN}.css", _style, methods=get),
                Route(f"{SIGN_IN}.svg", _icon, methods=get),
                Route(f"{SIGN_IN}/oidc", self._told(self._to_provider), methods=get),
                Route(f"{SIGN_IN}/back", self._told(self._from_provider), methods=get),
                Route(ACCOUNT, self._told(self._account), methods=get),
                Route(f"{ACCOUNT}/sign-out", self._told(self._sign_out), methods=post),
                Route(f"{ACCOUNT}/password", self._told(self._password), methods=post),
                Route(f"{ACCOUNT}/keys", self._told(self._add_key), methods=post),
                Route(f"{ACCOUNT}/keys/remove", self._told(self._remove_key), methods=post),
            ]
        )

    def _told(self, answer: Callable[[Request], Any]) -> Callable[[Request], Any]:
        """Answer in the visitor's language; refuse what another page may have sent, and say what failed."""

        async def told(request: Request) -> Response:
            accepted = request.headers.get("accept-language", "")
            with speaking(await asyncio.to_thread(opening.language_for, accepted)):
                if request.method == "POST" and not request.scope.get(OWN_PAGE):
                    return _page(message_page(t("Refused: another page may have asked. Open this page anew.")), 403)
                try:
                    response: Response = await answer(request)
                except _RefusedError as refused:
                    return _page(message_page(str(refused)), refused.status)
                except QAError as error:
                    return _page(message_page(worded(error)), 503)
                return response

        return told

    # Signing in

    async def _form(self, request: Request) -> Response:
        wanted = _wanted(request.query_params.get("next", ""))
        if person_of(request).name:
            return RedirectResponse(at(wanted), 303)
        return await self._sign_in_page(wanted)

    async def _sign_in_page(self, wanted: str, *, said: str = "", name: str = "", status: int = 200) -> Response:
        users = await asyncio.to_thread(self._accounts.users.list)
        has_passwords = any(user.has_password for user in users)
        page = sign_in_page(wanted, said=said, name=name, by_password=has_passwords, by_provider=bool(self._provider))
        return _page(page, status)

    async def _sign_in(self, request: Request) -> Response:
        form = await _read(request)
        name, wanted = form.get("name", ""), _wanted(form.get("next", ""))
        user, said, wait = await self._checked(name, form.get("password", ""), request)
        if user is None:
            response = await self._sign_in_page(wanted, said=said, name=name, status=429 if wait else 401)
            if wait:
                response.headers["retry-after"] = str(wait)
            return response
        return await self._signed_in(request, user, wanted)

    async def _checked(self, name: str, password: str, request: Request) -> tuple[User | None, str, int]:
        """Return whose name and password these are; else why not, and how many seconds to wait, 0 for none."""
        accounts, address = self._accounts, _address(request, self._accounts)
        wait = await asyncio.to_thread(accounts.attempts.begin, name, address)
        if wait or self._waiting >= _MOST_WAITING:
            seconds = max(1, round(wait + 0.5))
            told = t_many(
                "Too many attempts. Wait 1 second, then try again.",
                "Too many attempts. Wait {n} seconds, then try again.",
                seconds,
            )
            return None, told, seconds
        self._waiting += 1
        try:
            async with self._hashing:
                user = await asyncio.to_thread(accounts.users.with_password, name, password)
        finally:
            self._waiting -= 1
        if user is None:
            await self._note(request, name, "refused", "password")
            return None, t("The name or the password is wrong."), 0
        await asyncio.to_thread(accounts.attempts.succeeded, name, address)
        return user, "", 0

    async def _signed_in(self, request: Request, user: User, wanted: str) -> Response:
        accounts = self._accounts
        # A new one each time: what somebody may have put there before is worth nothing.
        await asyncio.to_thread(accounts.end, accounts.token(request.scope))
        token = await asyncio.to_thread(accounts.sessions.begin, user)
        await self._note(request, user.name, "signed in", "password" if user.has_password else "provider")
        response = RedirectResponse(at(wanted), 303)
        self._set_cookie(response, accounts.cookie, token, int(accounts.lasting.whole.total_seconds()))
        return response

    def _set_cookie(self, response: Response, name: str, value: str, seconds: int) -> None:
        place = self._accounts.place
        path = place.base or "/"
        response.set_cookie(
            name, value, max_age=seconds, path=path, secure=place.is_secure, httponly=True, samesite="lax"
        )

    # By a provider

    async def _to_provider(self, request: Request) -> Response:
        if self._provider is None:
            raise _RefusedError(404, t("There is nothing here."))
        wanted = _wanted(request.query_params.get("next", ""))
        try:
            address, begun = await self._provider.begin(self._back(request), wanted)
        except (ProviderError, ConfigError) as error:
            logger.error("the OpenID provider cannot be used: %s", error)
            raise _RefusedError(502, t("The provider cannot be reached. Try again later.")) from error
        response = RedirectResponse(address, 303)
        self._set_cookie(response, _OIDC_COOKIE, begun.written(), _OIDC_S)
        return response

    async def _from_provider(self, request: Request) -> Response:
        if self._provider is None:
            raise _RefusedError(404, t("There is nothing here."))
        begun = read_begun(cookies_of(request.scope).get(_OIDC_COOKIE, "")) or Begun("", "", "", "")
        if not begun.state:
            raise _RefusedError(400, t("This way of signing in was begun elsewhere, or too long ago. Try again."))
        try:
            visitor = await self._provider.finish(self._back(request), dict(request.query_params), begun)
        except StrangerError as error:
            await self._note(request, "", "refused", "provider")
            raise _RefusedError(403, str(error)) from error
        except (ProviderError, ConfigError) as error:
            logger.error("nobody could sign in by the OpenID provider: %s", error)
            said = t("The provider cannot be used. The details are in the log of Footnote.")
            raise _RefusedError(502, said) from error
        user = await self._known(request, visitor)
        response = await self._signed_in(request, user, _wanted(begun.wanted))
        response.delete_cookie(_OIDC_COOKIE, path=self._accounts.place.base or "/", httponly=True, samesite="lax")
        return response

    async def _known(self, request: Request, visitor: Visitor) -> User:
        is_owner = is_one_of(self._settings.oidc_owners, visitor)
        is_let_in = is_owner or is_one_of(self._settings.oidc_allow, visitor)
        try:
            return await asyncio.to_thread(
                lambda: self._accounts.users.of_provider(
                    visitor.issuer, visitor.subject, visitor.email, is_let_in=is_let_in, is_owner_of_all=is_owner
                )
            )
        except ConfigError as error:
            await self._note(request, visitor.email, "refused", "provider")
            raise _RefusedError(403, t("You have no account here. Ask who looks after this Footnote.")) from error

    def _back(self, request: Request) -> str:
        place = self._accounts.place
        host = request.headers.get("host", "")
        return f"{place.origin_of(host.lower()) or place.address}{place.base}{SIGN_IN}/back"

    # One's account

    async def _account(self, request: Request) -> Response:
        user = await self._user(request)
        if user is None:
            return RedirectResponse(f"{at(SIGN_IN)}?next={quote(ACCOUNT, safe='')}", 303)
        return await self._account_page(user)

    async def _account_page(self, user: User, *, said: str = "", key: str = "", status: int = 200) -> Response:
        found = await asyncio.to_thread(self._accounts.keys.list, user.name)
        return _page(account_page(user, found, said=said, key=key), status)

    async def _sign_out(self, request: Request) -> Response:
        accounts = self._accounts
        if name := person_of(request).name:
            await self._note(request, name, "signed out", "")
        await asyncio.to_thread(accounts.end, accounts.token(request.scope))
        response = RedirectResponse(at(SIGN_IN), 303)
        # Pictures of pages, which a browser keeps for a day.
        response.headers["clear-site-data"] = '"cache"'
        place = accounts.place
        response.delete_cookie(accounts.cookie, path=place.base or "/", secure=place.is_secure, httponly=True)
        return response

    async def _password(self, request: Request) -> Response:
        user = await self._required(request)
        form = await _read(request)
        known, said, wait = await self._checked(user.name, form.get("old", ""), request)
        if known is None or not user.has_password:
            return await self._account_page(user, said=said, status=429 if wait else 403)
        if form.get("new", "") != form.get("again", ""):
            return await self._account_page(user, said=t("The two new passwords differ."), status=422)
        try:
            async with self._hashing:
                await asyncio.to_thread(self._accounts.users.set_password, user.name, form.get("new", ""))
        except ConfigError:
            said = t("Choose a password of {n} characters or more that nobody guesses.", n=LEAST_CHARACTERS)
            return await self._account_page(user, said=said, status=422)
        self._accounts.forget()
        await self._note(request, user.name, "password", "")
        return await self._signed_in(request, known, ACCOUNT)

    async def _add_key(self, request: Request) -> Response:
        user = await self._required(request)
        form = await _read(request)
        scopes = ["read", "write"] if form.get("scope") == "write" else ["read"]
        days = form.get("days", "")
        keys: Keys = self._accounts.keys
        try:
            _, secret = await asyncio.to_thread(
                lambda: keys.add(user.name, label=form.get("label", ""), scopes=scopes, days=int(days))
            )
        except (ConfigError, ValueError):
            return await self._account_page(user, said=t("Give a number of days, from 1 to 3650."), status=422)
        await self._note(request, user.name, "key", "made")
        return await self._account_page(user, key=secret)

    async def _remove_key(self, request: Request) -> Response:
        user = await self._required(request)
        form = await _read(request)
        try:
            await asyncio.to_thread(lambda: self._accounts.keys.remove(form.get("id", ""), user=user.name))
        except ConfigError:
            return await self._account_page(user, said=t("There is no such key."), status=404)
        self._accounts.forget()
        await self._note(request, user.name, "key", "removed")
        return RedirectResponse(at(ACCOUNT), 303)

    async def _user(self, request: Request) -> User | None:
        name = person_of(request).name
        return await asyncio.to_thread(self._accounts.users.get, name) if name else None

    async def _required(self, request: Request) -> User:
        user = await self._user(request)
        if user is None:
            raise _RefusedError(401, t("Sign in first."))
        return user

    async def _note(self, request: Request, name: str, action: Any, subject: str) -> None:
        address = request.client.host if request.client else ""
        await asyncio.to_thread(
            lambda: self._accounts.audit.note(name, action, through="page", address=address, subject=subject)
        )


class _RefusedError(Exception):
    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


async def _read(request: Request) -> dict[str, str]:
    """Return the fields of a form; of several with one name the last."""
    body = b""
    try:
        async with asyncio.timeout(_FORM_S):
            async for part in request.stream():
                body += part
                if len(body) > _MOST_FORM:
                    raise _RefusedError(413, t("This is too long."))
    except TimeoutError:
        raise _RefusedError(408, t("This form cannot be read.")) from None
    except ClientDisconnect:  # nobody reads the answer
        raise _RefusedError(400, t("This form cannot be read.")) from None
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        raise _RefusedError(400, t("This form cannot be read.")) from None


def _address(request: Request, accounts: Accounts) -> str:
    """Return from where somebody signs in, "" where everybody seems to come from a proxy that is not known."""
    address = request.client.host if request.client else ""
    place = accounts.place
    return "" if place.origin and not place.proxies and address in ("127.0.0.1", "::1") else network_of(address)


def _wanted(path: str) -> str:
    """Return the path that somebody wanted if it is one of ours; a browser could take others for another server."""
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if is_ours and path.isascii() and path.isprintable() and len(path) < 2000 else "/"


async def _style(_request: Request) -> Response:
    return Response(CSS, media_type="text/css; charset=utf-8", headers={"cache-control": "no-cache"})


async def _icon(_request: Request) -> Response:
    return Response(ICON, media_type="image/svg+xml", headers={"cache-control": "no-cache"})


def _page(body: str, status: int = 200) -> Response:
    return HTMLResponse(body, status, headers={"cache-control": "no-store"})
