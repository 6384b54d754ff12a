"""A tool whose failures are one line of ours, where the library would say its name first and quote pydantic."""

from typing import Any

from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.server.mcpserver.tools import Tool
from pydantic import ValidationError

from ui.api.problems import UNEXPECTED
from ui.api.wrong import what_is_wrong


class PlainTool(Tool):
    """A tool that takes the arguments it lists and no others: one that is passed over may have been a condition."""

    def model_post_init(self, context: Any, /) -> None:
        """Say the same in the schema."""
        super().model_post_init(context)
        self.parameters = {**self.parameters, "additionalProperties": False}

    async def run(self, arguments: dict[str, Any], context: Any, convert_result: bool = False) -> Any:
        """Run the tool, as the library does.

        Raises:
            ToolError: It failed; the text is for who called it.
        """
        if surplus := arguments.keys() - self.parameters["properties"].keys():
            raise ToolError(f"{self.name} takes no {', '.join(sorted(surplus))}; {self._taken()}")
        needed = self.parameters.get("required", [])
        # Many agents send all that they know of, as programs do.
        arguments = {name: value for name, value in arguments.items() if value is not None or name in needed}
        try:
            return await super().run(arguments, context, convert_result=convert_result)
        except UnexpectedToolError as error:
            raise UnexpectedToolError(UNEXPECTED) from error
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                words = what_is_wrong([dict(one) for one in cause.errors()], arguments).words
                raise ToolError(f"{words}; {self._taken()}") from error
            raise ToolError(str(cause or error)) from error

    def _taken(self) -> str:
        """Return which arguments there are, those first that a call needs."""
        needed = self.parameters.get("required", [])
        others = [name for name in self.parameters["properties"] if name not in needed]
        told = [f"needs {', '.join(needed)}"] if needed else []
        told += [f"may have {', '.join(others)}"] if others else []
        return f"it {' and '.join(told)}"
