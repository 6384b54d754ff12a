"""The pages as a web server, with what programs and agents ask on the same port: `footnote ui`, `footnote serve`."""

import base64
import contextlib
import errno
import hashlib
import logging
import os
import re
import socket
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ingest.load.picture import ocr
from qa.accounts.access import OF_ALL
from qa.command.printing import say, warn
from qa.command.signals import on_first
from qa.command.telemetry import send_spans
from qa.config import Settings
from qa.database.conversations import Conversations
from qa.errors import ConfigError
from ui.documents.uploads import MOST_MB
from ui.web import identity, opening, own, place
from ui.web.access import AsWhoAsks, acting_as
from ui.web.asgi import Application
from ui.web.ending import Ending
from ui.web.guard import Guard
from ui.web.place import Place, Placed, read_place

logger = logging.getLogger(__name__)

_IPV4, _IPV6 = "127.0.0.1", "::1"
_LAST_PORT = 65_535
_BACKLOG = 128
# Seconds by which a browser that is still open may delay the end.
_GRACE_S = 3
_OPTIONS = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    # They lead to a search engine, with what went wrong in the address.
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "logger.level": "warning",
    "server.fileWatcherType": "none",
    "server.headless": True,
    # In MB, of one uploaded file: as much as the ingest reads.
    "server.maxUploadSize": MOST_MB,
    "theme.light.primaryColor": "#2563eb",
    "theme.dark.primaryColor": "#93c5fd",
    # The others are defaults that a .streamlit folder, perhaps one among the documents, must not change.
    "global.developmentMode": False,
    "secrets.files": [],
    "runner.postScriptGC": False,
    # Else the next press begins in a thread of its own beside one that is still taken up: see taken.py.
    "runner.fastReruns": False,
    "server.baseUrlPath": "",
    "server.corsAllowedOrigins": [],
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.scriptHealthCheckEnabled": False,
    "server.trustedUserHeaders": {},
    # A theme may be an address from which it would be fetched.
    "theme.base": None,
}


def serve(
    options: Mapping[str, Any],
    *,
    port: int,
    host: str = "",
    names: Sequence[str] = (),
    browser: bool = True,
    programs: bool = False,
) -> int:
    """Run the chat until it is stopped, on this machine alone if no host is named, and return its exit status.

    Ctrl-C, SIGTERM and SIGHUP stop it. That is its normal end, so the status is 0.

    Args:
        options: The settings that the command line names: they win over all that can be chosen meanwhile.
        port: On which it is served.
        host: The address or name on which it listens; beyond this machine only people with an account are let in.
        browser: Whether to open one, where this is a terminal.
        programs: Whether the HTTP interface is there as well, on the same port.
        names: Further names of this machine under which it answers.

    Raises:
        ConfigError: The port is taken or not allowed, OpenTelemetry is asked for but not installed, or others could
            come and nobody can sign in.
    """
    send_spans()
    opening.fix(options)
    settings = opening.configured(lenient=True).settings
    try:
        ocr.use(settings.ocr)
    except ConfigError as error:
        warn(str(error))
    given = {"public_url": settings.public_url, "proxies": settings.trusted_proxies} if programs else {}
    served = read_place(port, host=host, names=names, **given)
    is_asked = programs and (served.is_open or settings.sign_in == "on")
    gate = _gate(settings, served) if is_asked else _ungated
    listeners = _listen(port, served.host)
    with contextlib.suppress(KeyboardInterrupt):
        place.settle(served.base)
        _run(listeners, served, gate, browser=browser and sys.stdout.isatty(), programs=programs)
    say("Footnote has stopped")
    return 0


def _ungated(app: Application) -> Application:
    return app


def _gate(settings: Settings, served: Place) -> Callable[[Application], Application]:
    """Return what lets in only people with an account.

    Raises:
        ConfigError: Nobody could sign in.
    """
    from ui.web.account_pages import Pages
    from ui.web.accounts import Accounts
    from ui.web.sign_in import SignIn

    accounts = Accounts(opening.open_kept().database, settings, served)
    if not settings.oidc_issuer and not accounts.users.list():
        why = f"--host {served.host} lets others in" if served.host else "people are to sign in"
        raise ConfigError(
            f"{why}, and nobody can sign in yet; add a user with: footnote users add NAME --owner, "
            "or name an OpenID provider, see docs/accounts.md"
        )
    if count := Conversations(opening.open_kept().database).count():
        say(
            f"{count:,} conversations from before people signed in are seen by footnote ui alone; give them to a user "
            "with: footnote grants conversations NAME"
        )
    pages = Pages(accounts, settings).application()
    identity.require_sign_in(accounts.of_cookies, accounts)
    if opening.configured(lenient=True).origin("machine_folders") == "default":
        # Else whoever signs in could have this machine's files read.
        opening.fix({"machine_folders": "off"})
    if served.host and not served.is_secure:
        warn(
            "without TLS, passwords and documents travel in the clear; put a proxy with TLS in front and set "
            "FOOTNOTE_PUBLIC_URL, see docs/accounts.md"
        )
    return lambda app: SignIn(app, accounts, pages, identity.owner_of_page)


def _listen(port: int, host: str = "") -> list[socket.socket]:
    """Listen on both addresses of `localhost`, so that no other program can answer there; or on a host.

    Browsers that come before the page is ready wait.
    """
    listeners: list[socket.socket] = []
    if not 1 <= port <= _LAST_PORT:
        raise ConfigError(f"{port} is no port; choose one from 1 to {_LAST_PORT} with --port")
    try:
        if host:
            return [_listener_on(host.strip("[]"), port)]
        listeners.append(_listener(socket.AF_INET, _IPV4, port))
        listeners.append(_listener(socket.AF_INET6, _IPV6, port))
    except OSError as error:
        if listeners and error.errno not in (errno.EADDRINUSE, errno.EACCES):
            return listeners  # this machine has no IPv6
        for listener in listeners:
            listener.close()
        where = f"port {port} of {host}" if host else f"port {port}"
        raise ConfigError(
            f"{where} cannot be used ({error.strerror or error}); stop what runs there, or choose another with --port"
        ) from error
    return listeners


def _listener_on(host: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    return _listener(family, str(address[0]), port)


def _listener(family: int, address: str, port: int) -> socket.socket:
    # By the protocol asyncio knows that what is written may go out at once: without it, the second piece of an answer
    # waits for up to 40 ms until the client has told that the first has come.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # on Windows it would let two processes listen on one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # All addresses of a machine are those of IPv4 too.
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, address != "::")
        listener.bind((address, port))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def _run(
    listeners: list[socket.socket],
    served: Place,
    gate: Callable[[Application], Application],
    *,
    browser: bool,
    programs: bool,
) -> None:
    import streamlit
    import uvicorn

    from ui.chat import sharing
    from ui.documents import routes as adding
    from ui.reading.gathering import Parts
    from ui.reading.originals import Originals
    from ui.reading.pdf.painter import Painter
    from ui.reading.routes import routes
    from ui.web import frame, news, resumed, taken, unserved
    from ui.web.head import Headed
    from ui.web.patience import Patient

    _configure(served.port)
    taken.install()
    resumed.install()
    painter = Painter()

    originals = Originals()
    service = _service(painter, originals) if programs else None
    agents = _agents(service) if programs else None

    @contextlib.asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        threading.Thread(target=_announce, args=(served, browser, programs), daemon=True).start()
        threading.Thread(target=_warm_up, daemon=True).start()
        try:
            async with agents.session_manager.run() if agents else contextlib.nullcontext():
                yield
        finally:
            painter.close()

    reading = Parts(opening.open_kept, opening.open_session, painter, originals)
    everything = [*frame.routes(), *routes(reading), *own.routes(), *news.routes(), *adding.routes()]
    everything += [] if programs else unserved.routes()
    everything += sharing.routes(opening.open_kept)
    app: Any = streamlit.App(Path(__file__).with_name("app.py"), lifespan=lifespan, routes=everything)
    if agents:
        app = _with_programs(app, service, agents)
    server = uvicorn.Server(
        uvicorn.Config(
            Placed(
                Guard(
                    gate(Headed(frame.Frame(AsWhoAsks(app), opening.language_for))),
                    served,
                    scripts=_scripts_of_the_page(),
                ),
                served,
            ),
            http=Patient,
            ws="websockets-sansio",
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_config=None,
            log_level="error",
            timeout_graceful_shutdown=_GRACE_S,
        )
    )
    logging.getLogger("uvicorn.error").addFilter(Ending(lambda: server.should_exit))
    # The server takes Ctrl-C and SIGTERM itself while it runs, and raises them again at its end.
    with on_first(lambda: setattr(server, "should_exit", True)):
        server.run(sockets=listeners)


def _configure(port: int) -> None:
    """Give Streamlit its options, over those of any file."""
    from streamlit import config

    config.get_config_options(
        force_reparse=True, options_from_flags={**_OPTIONS, "server.address": _IPV4, "server.port": port}
    )


def _scripts_of_the_page() -> list[str]:
    """Return the hashes of the scripts in Streamlit's HTML, as sources for a content security policy."""
    import streamlit

    html = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
    bodies = re.findall(rb"<script>(.*?)</script>", html, re.DOTALL)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(body).digest()).decode()}'" for body in bodies]


def _agents(service: Any) -> Any:
    """Return the server of the Model Context Protocol; its application is made, and not yet run."""
    from mcp.server.transport_security import TransportSecuritySettings

    from ui.mcp.server import make_server

    server = make_server(service)
    # The guard in front looks at the host and the origin. No request needs what an earlier one left.
    unguarded = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    server.streamable_http_app(stateless_http=True, json_response=True, transport_security=unguarded)
    return server


def _with_programs(pages: Any, service: Any, agents: Any) -> Any:
    from ui.api.app import beside, make_api
    from ui.api.keeper import Keeper
    from ui.api.rates import Rates
    from ui.mcp.over_http import posted
    from ui.web.measures import Measures

    settings, measures = opening.read_settings(), Measures()
    opening.open_session().follow = measures.followed
    rates = Rates(settings.requests_per_minute, settings.requests_at_once)
    api = make_api(service, Keeper(), measures)
    return beside(pages, api, posted(agents.session_manager.handle_request), rates, measures=measures)


def _service(painter: Any, originals: Any) -> Any:
    from ui.api.service import Service
    from ui.reading.boxed import Pictures
    from ui.web.opening import open_session, read_settings

    return Service(open_session(), read_settings, Pictures(lambda: painter, originals))


def _announce(served: Place, browser: bool, programs: bool) -> None:
    address = served.address
    others = f", for others at {served.shared_address}" if served.shared_address else ""
    say(f"Footnote is at {address}{others}; stop it with Ctrl-C")
    if programs:
        say(
            f"for programs: {address}/v1 as OpenAI's API, {address}/api, and {address}/mcp for agents; "
            f"{address}/docs describes the first two"
        )
    if browser:
        webbrowser.open(address)


def _warm_up() -> None:
    """Open the index while the browser loads the page. If that fails, the page tries again and tells."""
    with acting_as(OF_ALL):
        _open_ahead()


def _open_ahead() -> None:
    from ui.web import records
    from ui.web.current import last_used

    try:
        # Watched folders are watched from the start, not from the first visit.
        opening.open_ingests(opening.read_settings())
    except Exception as error:  # noqa: BLE001 - likewise
        logger.debug("the ingests did not open ahead of the page: %s", error)
    try:
        settings, session = opening.read_settings(), opening.open_session()
        collection = last_used(settings, records.opened(settings, opening.open_database, session).database)
        holding = session.submit(opening.open_library(settings).look(collection)).result()
        if holding.documents:
            session.open_ahead(collection, change=holding.change)
    except Exception as error:  # noqa: BLE001 - the page reports it when it tries
        logger.debug("the index did not open ahead of the page: %s", error)
