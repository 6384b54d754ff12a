"""Signing in by an OpenID provider: the code flow with PKCE (OpenID Connect Core 1.0, RFC 7636), by Authlib.

Not by `st.login`: its cookie holds the claims themselves, signed for thirty days. Nobody could end such a session when
somebody signs out elsewhere or is removed, and neither the interface for programs nor a raw websocket asks for it. Here
a provider only says who somebody is; the session is one of ours, as after a password.
"""

import asyncio
import base64
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from qa.config import Settings
from qa.errors import ConfigError
from ui.web.language import t

_TIMEOUT_S = 10.0
_KNOWN_S = 3600.0
# Signatures by a key that only the provider has.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
_LEEWAY_S = 60


class ProviderError(Exception):
    """The provider did not do as the protocol says, or cannot be reached; the text is for the log."""


class StrangerError(Exception):
    """Somebody came whom nobody let in; the text is for them."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whom the provider says that somebody is.

    Attributes:
        issuer: Its own address.
        subject: Whom it means.
        email: Their address, which it has verified.
        claims: All that it says of them.
    """

    issuer: str
    subject: str
    email: str
    claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Begun:
    """A visit that has begun: what the browser keeps until it comes back."""

    state: str
    nonce: str
    verifier: str
    wanted: str

    def written(self) -> str:
        """Return it as the value of a cookie."""
        values = [self.state, self.nonce, self.verifier, self.wanted]
        return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def read_begun(text: str) -> Begun | None:
    """Return what `Begun.written` wrote, None for anything else."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
        begun = Begun(*values)
    except (ValueError, TypeError, RecursionError):
        return None
    return begun if all(isinstance(value, str) and value.isascii() for value in values) else None


def is_one_of(names: str, visitor: Visitor) -> bool:
    """Tell whether a list names somebody: by address, by "@domain", or by a claim, as in "groups=staff"."""
    for part in filter(None, (part.strip() for part in names.split(","))):
        name, equals, value = part.partition("=")
        if equals:
            said = visitor.claims.get(name.strip())
            if value.strip() in (map(str, said) if isinstance(said, list) else [str(said)] if said is not None else []):
                return True
        elif part.startswith("@"):
            if visitor.email.rpartition("@")[2].casefold() == part[1:].casefold():
                return True
        elif visitor.email.casefold() == part.casefold():
            return True
    return False


class Provider:
    """An OpenID provider, as far as this process knows it. It lives in the server's loop."""

    def __init__(self, settings: Settings) -> None:
        """Take its address and what it knows this Footnote as.

        Raises:
            ConfigError: The address cannot be used.
        """
        self._issuer = settings.oidc_issuer.rstrip("/")
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret
        _check(settings.oidc_issuer)
        self._metadata: Mapping[str, Any] = {}
        self._keys: Mapping[str, Any] = {}
        self._read_at = float("-inf")
        self._lock = asyncio.Lock()

    async def begin(self, back: str, wanted: str) -> tuple[str, Begun]:
        """Return where to send somebody, and what they bring back.

        Args:
            back: Address of ours that the provider sends them to then.
            wanted: The path that they came for.

        Raises:
            ProviderError: It cannot be reached.
        """
        begun = Begun(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), wanted)
        metadata, _ = await self._known()
        async with self._client(back) as client:
            address, _ = client.create_authorization_url(
                metadata["authorization_endpoint"], state=begun.state, nonce=begun.nonce, code_verifier=begun.verifier
            )
        return str(address), begun

    async def finish(self, back: str, query: Mapping[str, str], begun: Begun) -> Visitor:
        """Return who somebody is who comes back.

        Args:
            back: The address that they come back to, as it was given.
            query: What the provider sends with them.
            begun: What they brought back themselves.

        Raises:
            ProviderError: It does not do as the protocol says, or cannot be reached.
            StrangerError: The visit is not the one that was begun, or has no verified address.
        """
        if not secrets.compare_digest(query.get("state", "").encode(), begun.state.encode()):
            raise StrangerError(t("This way of signing in was begun elsewhere, or too long ago. Try again."))
        if "error" in query:
            raise StrangerError(t("The provider did not sign you in."))
        metadata, keys = await self._known()
        if query.get("iss", self._named(metadata)) != self._named(metadata):
            raise ProviderError("somebody came back from another provider than was asked")
        async with self._client(back) as client:
            try:
                token = await client.fetch_token(
                    metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=query.get("code", ""),
                    code_verifier=begun.verifier,
                )
                claims = await self._claims(str(token.get("id_token", "")), keys, begun.nonce)
                if "email" not in claims and "userinfo_endpoint" in metadata:
                    claims = {**await self._more(client, metadata["userinfo_endpoint"], claims["sub"]), **claims}
            except ProviderError:
                raise
            except Exception as error:
                raise ProviderError(f"the provider gave no token: {error}") from error
        email = claims.get("email")
        if not isinstance(email, str) or claims.get("email_verified") not in (True, "true"):
            raise StrangerError(t("The provider does not vouch for your e-mail address."))
        return Visitor(self._named(metadata), str(claims["sub"]), email, claims)

    def _client(self, back: str) -> Any:
        from authlib.integrations.httpx_client import AsyncOAuth2Client

        return AsyncOAuth2Client(
            self._client_id,
            self._secret or None,
            scope="openid email profile",
            redirect_uri=back,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self._secret else "none",
            timeout=_TIMEOUT_S,
        )

    async def _claims(self, token: str, keys: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """Return what an ID token says, once its signature and its claims are right."""
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError
        from joserfc.jwk import KeySet

        try:
            try:
                read = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=list(_ALGORITHMS))  # type: ignore[arg-type]
            except InvalidKeyIdError:
                _, keys = await self._known(anew=True)
                read = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=list(_ALGORITHMS))  # type: ignore[arg-type]
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY_S,
                iss={"essential": True, "value": self._named(self._metadata)},
                aud={"essential": True, "value": self._client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(read.claims)
        except (JoseError, ValueError) as error:
            raise ProviderError(f"the provider's ID token is not right: {error}") from error
        claims: Mapping[str, Any] = read.claims
        if claims.get("azp", self._client_id) != self._client_id:
            raise ProviderError("the provider's ID token was made for another client")
        return claims

    async def _more(self, client: Any, address: str, subject: str) -> Mapping[str, Any]:
        response = await client.get(address)
        response.raise_for_status()
        more = response.json()
        if not isinstance(more, dict) or more.get("sub") != subject:
            raise ProviderError("the provider tells of somebody else than its ID token")
        return more

    async def _known(self, *, anew: bool = False) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return the provider's description of itself, and its keys; both are read again now and then."""
        async with self._lock:
            if anew or time.monotonic() - self._read_at > _KNOWN_S:
                async with self._client("") as client:
                    metadata = await _fetched(client, f"{self._issuer}/.well-known/openid-configuration")
                    # Else a page at one address could speak for a provider at another.
                    if str(metadata.get("issuer", "")).rstrip("/") != self._issuer:
                        raise ProviderError(f"{self._issuer} says that it is {metadata.get('issuer')}")
                    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
                    for name in needed:
                        _check(str(metadata.get(name, "")))
                    self._keys = await _fetched(client, metadata["jwks_uri"])
                self._metadata, self._read_at = metadata, time.monotonic()
            return self._metadata, self._keys

    @staticmethod
    def _named(metadata: Mapping[str, Any]) -> str:
        return str(metadata["issuer"])


async def _fetched(client: Any, address: str) -> Mapping[str, Any]:
    try:
        # Without a token: there is none yet.
        response = await client.request("GET", address, withhold_token=True)
        response.raise_for_status()
        values = response.json()
    except Exception as error:
        raise ProviderError(f"{address} cannot be read: {error}") from error
    if not isinstance(values, dict):
        raise ProviderError(f"{address} is no description of a provider")
    return values


def _check(address: str) -> None:
    """Refuse an address by which what is said could be read or changed on the way.

    Raises:
        ConfigError: It is one.
    """
    parts = urlsplit(address)
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and is_here)):
        raise ConfigError(f'oidc_issuer: "{address}" is no https:// address; an OpenID provider needs one')
