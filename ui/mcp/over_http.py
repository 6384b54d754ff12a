"""The messages of agents over HTTP: what is none is refused before the library reads it, which would quote pydantic."""

from mcp.types import JSONRPCNotification, jsonrpc_message_adapter
from pydantic import ValidationError
from pydantic_core import from_json
from starlette.responses import Response

from ui.api.failures import AGENTS, failure
from ui.web.asgi import Application, Message, Receive, Scope, Send


def posted(agents: Application) -> Application:
    """Return an application that takes what agents post and refuses the rest: there are no streams and no sessions.

    Args:
        agents: The library's. A body reaches it in one piece, see `ui.api.bodies`.
    """

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            await _without_post()(scope, receive, send)
            return
        waiting: list[Message] = [message := await receive()]
        if refused := _refusal(scope, message.get("body", b"")):
            await refused(scope, receive, send)
            return

        async def received() -> Message:
            return waiting.pop() if waiting else await receive()

        await agents(scope, received, send)

    return asked


def _without_post() -> Response:
    refused = failure(AGENTS, 405, "send each message with POST; there is no stream to open and no session to end")
    refused.headers["allow"] = "POST"
    return refused


def _refusal(scope: Scope, body: bytes) -> Response | None:
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    if kind.partition(b";")[0].strip().lower() != b"application/json":
        return failure(AGENTS, 415, "send the message as JSON, with the header Content-Type: application/json")
    try:
        message = jsonrpc_message_adapter.validate_json(body, by_name=False)
    except ValidationError:
        told = "this is no message of JSON-RPC 2.0: send one object with jsonrpc, id, method and params"
        return failure(AGENTS, 400, told)
    # The library takes it for a notification, which nobody answers, and who sent it waits.
    if isinstance(message, JSONRPCNotification) and "id" in from_json(body):
        return failure(AGENTS, 400, "the id of a message must be a text or a whole number")
    return None
