r"""Bodies of JSON, read strictly: what Python's reader lets through though it is none is told who sent it.

Python reads `NaN`, numbers without an end such as `1e999`, and half of a character (`"\ud83d"`, as programs leave it
that cut a text in the middle of an emoji). None of them can be written into an answer, a log or the database.
"""

import json
import math
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi import HTTPException, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from qa.lazy_regex import lazy_regex

_HALF = lazy_regex(r"[\ud800-\udfff]")
# Without such an escape a body that is UTF-8 holds no half of a character.
_MAY_HOLD_HALF = lazy_regex(rb"\\u[dD][89a-fA-F]")
# The conversation, and how many of its last entries are the question: what was said before must not end it.
_CONVERSATIONS = {"messages": 1, "input": 1, "turns": 0}
_NOT_UTF8 = "the body cannot be read as JSON: it is not written in UTF-8"
_NO_NUMBER = "the body cannot be read as JSON: a number in it is none of JSON, such as NaN, or has too many digits"
_DEEP = "the body cannot be read as JSON: it is nested too deeply; send less"


class BodyError(HTTPException):
    """A body that cannot be worked with; `param` names the field, "" for all of it."""

    def __init__(self, status: int, detail: str, param: str = "") -> None:
        super().__init__(status, detail)
        self.param = param


class JsonRoute(APIRoute):
    """A route that reads its body in this way."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            return await handle(_Read(request.scope, request.receive))

        return handled


class _Read(Request):
    async def json(self) -> Any:
        """Return the body's value; see `read_json`."""
        return read_json(await self.body())


def read_json(body: bytes) -> Any:
    """Return the value of a body, with U+FFFD for halves of characters in what was said before the question.

    Raises:
        BodyError: It is no JSON that can be worked with, though it looks like some.
        json.JSONDecodeError: It is no JSON.
    """
    try:
        value = json.loads(body, parse_constant=_finite, parse_float=_finite)
        return _whole(value) if _MAY_HOLD_HALF.search(body) else value
    except json.JSONDecodeError:
        raise
    except UnicodeDecodeError:
        raise BodyError(400, _NOT_UTF8) from None
    except RecursionError:
        raise BodyError(400, _DEEP) from None
    except ValueError:
        raise BodyError(400, _NO_NUMBER) from None


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(text)
    return number


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        value = {
            **value,
            **{name: _mended(value[name], asked) for name, asked in _CONVERSATIONS.items() if name in value},
        }
    for place, text in _texts(value, ()):
        if _HALF.search(text):
            field = ".".join(place)[:100]
            told = f"{field or 'the body'} holds half of a character, as a text has that was cut; send whole ones"
            raise BodyError(422, told, field)
    return value


def _mended(entries: Any, asked: int) -> Any:
    """Return a conversation without such halves in all but the last entries."""
    if not isinstance(entries, list):
        return entries
    before = len(entries) - asked
    return [_replaced(entry) if number < before else entry for number, entry in enumerate(entries)]


def _replaced(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [_replaced(item) for item in value]
    if isinstance(value, dict):
        return {_replaced(name): _replaced(item) for name, item in value.items()}
    return value


def _texts(value: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the texts of a value, the names of fields among them, each with its place."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, (*place, str(number)))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield place, name
            yield from _texts(item, (*place, name))
