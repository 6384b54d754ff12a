"""Connections on which no request comes: they are closed, so that nobody holds as many as there may be."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

# The whole head of a request has to be there by then; one that is sent is there at once.
HEAD_S = 30.0


class Patient(H11Protocol):
    """Speaks HTTP, and waits for the head of a request for so long. Uvicorn itself waits for ever."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait."""
        super().connection_made(transport)
        self._look()

    def data_received(self, data: bytes) -> None:
        """Read what came; where a request is whole, its own limits count."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        super().connection_lost(exc)
        self._end()

    def _look(self) -> None:
        is_asked = self.cycle is not None and not self.cycle.response_complete
        # A websocket has another protocol from then on.
        if is_asked or self.transport.get_protocol() is not self:
            self._end()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(HEAD_S, self.transport.close)

    def _end(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
