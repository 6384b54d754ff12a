"""What is raised behind a number or a unit: "10" and "6" are "10^6" and no 106, "m" and "2" are "m²". Pure functions.

The number of a footnote is raised as well, so only powers of ten, of units and of what has a minus count.
"""

import re

_POWER = re.compile(r"[-+−–]?\d{1,3}")
_TEN = re.compile(r"(?<![\d.,])10$")
_UNIT = re.compile(r"(?<![^\W\d_])(?:[kcdmµn]?m|ft|in|yd|mi|s|kg|K)$")
_UNIT_OF_POWER = re.compile(r"(?<![^\W\d_])(?:[kcdmµn]?m|ft)$")
_SMALL = {"2": "²", "3": "³"}
_MINUS = "-−–"


def behind(before: str, raised: str) -> str:
    """Return how text is written that stands raised behind other text.

    Args:
        before: What stands in front, or its end.
        raised: The raised text.
    """
    power = raised.strip()
    if not _POWER.fullmatch(power):
        return raised
    if power in _SMALL and _UNIT_OF_POWER.search(before):
        return raised.replace(power, _SMALL[power])
    is_power = _TEN.search(before) and power != "1"
    if is_power or (power[0] in _MINUS and _UNIT.search(before)):
        return raised.replace(power, f"^{power}")
    return raised
