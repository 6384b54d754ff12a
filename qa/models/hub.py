"""Whether the model hub can be asked at all."""

import os
import socket
from urllib.parse import urlsplit
from urllib.request import getproxies

_HUB = "https://huggingface.co"


def missing_host() -> str:
    """Return the hub's host where no network knows it, "" where it may be reached.

    Its library tries each file of a model five times, for more than two minutes, before it says that there is no
    network. A proxy looks names up itself.
    """
    host = urlsplit(os.environ.get("HF_ENDPOINT") or _HUB).hostname
    if not host or getproxies():
        return ""
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        return host
    return ""
