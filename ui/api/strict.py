"""What programs send, taken as it is: a number is a number and a truth a truth, no text or anything else in its place.

Pydantic would read `true` as 1 and "yes" as true. What a program sent by mistake is told instead of guessed.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError


class Form(BaseModel):
    """A body of JSON. A field that is `null` counts as left out: many clients send all that they know of."""

    model_config = ConfigDict(extra="ignore", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, values: Any) -> Any:
        if not isinstance(values, Mapping):
            return values
        return {name: value for name, value in values.items() if value is not None}


def _whole(value: Any) -> Any:
    """Return 3 for 3.0, which JSON does not tell apart, and all else as it came."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _digits(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise PydanticCustomError("whole_number", "a whole number is written in digits")
    return value


Whole = Annotated[int, BeforeValidator(_whole), Field(strict=True)]
"""A whole number within JSON."""

Truth = Annotated[bool, Field(strict=True)]
"""True or false within JSON."""

Digits = Annotated[int, BeforeValidator(_digits)]
"""A whole number within an address."""
