"""The chat as a local web server: `footnote ui`."""

import dataclasses
import os
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from pathlib import Path

from qa.command.printing import say
from qa.command.signals import ended_with
from qa.config import Settings
from qa.errors import ConfigError

_HOST = "127.0.0.1"


def serve(settings: Settings, *, port: int, browser: bool = True) -> int:
    """Run the chat on this machine alone until it is stopped, and return its exit status.

    Raises:
        ConfigError: The port is taken or not allowed.
    """
    _check_port(port)
    process = subprocess.Popen(_command(port), env={**os.environ, **_environment(settings)})
    threading.Thread(target=_announce, args=(port, process, browser and sys.stdout.isatty()), daemon=True).start()
    # Stopped from outside, this process takes the server along.
    with ended_with(process.kill):
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            return 0


def _announce(port: int, process: "subprocess.Popen[bytes]", browser: bool) -> None:
    """Say where the chat is, and open it if asked, once it answers there."""
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((_HOST, port)) == 0:
                break
        time.sleep(0.1)
    else:
        return
    address = f"http://localhost:{port}"
    say(f"Footnote is at {address}; stop it with Ctrl-C")
    if browser:
        webbrowser.open(address)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            if not port:
                raise OverflowError("a port is a number from 1 to 65535")
            probe.bind((_HOST, port))
        except (OSError, OverflowError) as error:
            raise ConfigError(
                f"port {port} cannot be used ({getattr(error, 'strerror', None) or error}); "
                "stop what runs there, or choose another with --port"
            ) from error


def _command(port: int) -> list[str]:
    options = {
        "server.port": port,
        "server.address": _HOST,
        # Else Streamlit asks for an e-mail address on the terminal before it starts.
        "server.headless": "true",
        "browser.gatherUsageStats": "false",
        # Else it names the address a second time.
        "logger.hideWelcomeMessage": "true",
        "logger.level": "warning",
        "server.fileWatcherType": "none",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "theme.light.primaryColor": "#2563eb",
        "theme.dark.primaryColor": "#93c5fd",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "streamlit", "run", str(Path(__file__).with_name("page.py")), *flags]


def _environment(settings: Settings) -> dict[str, str]:
    """Return the settings as the variables that the page reads them from."""
    values = {}
    for field in dataclasses.fields(settings):
        name = field.name.upper()
        values[name if name.startswith("OPENAI_") else f"FOOTNOTE_{name}"] = str(getattr(settings, field.name))
    # A chunk size of 0 is one that is not set, as an empty text is.
    return {name: value for name, value in values.items() if value not in ("", "0")}
