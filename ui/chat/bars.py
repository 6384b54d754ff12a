"""A small picture of a few values: bars of ours in HTML, with the same in words. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass

from ui.web.escape import escape
from ui.web.language import number


@dataclass(frozen=True, slots=True)
class Bar:
    """A value and what stands beside it."""

    label: str
    value: float


def bars(values: Sequence[Bar], least: float | None, *, told: str) -> str:
    """Draw values below each other, and a line through all at the least one that counts.

    Args:
        values: Any; what is below 0 has no length.
        least: Where the line stands; None for none.
        told: What the picture shows, for whoever does not see it.
    """
    highest = max([bar.value for bar in values] + [least or 0.0, 1e-9])
    line = "" if least is None else f'<span class="fn-least" style="left:{_share(least, highest)}%"></span>'
    rows = "".join(_row(bar, highest, line, is_low=least is not None and bar.value < least) for bar in values)
    return f'<div class="fn-bars" role="img" aria-label="{escape(told)}">{rows}</div>'


def _row(bar: Bar, highest: float, line: str, *, is_low: bool) -> str:
    low = " fn-low" if is_low else ""
    return (
        f'<span class="fn-bar"><span class="fn-bar-label">{escape(bar.label)}</span><span class="fn-track">'
        f'<span class="fn-fill{low}" style="width:{_share(bar.value, highest)}%"></span>{line}</span>'
        f'<span class="fn-bar-value">{number(bar.value, 2)}</span></span>'
    )


def _share(value: float, highest: float) -> str:
    return f"{100 * min(max(value / highest, 0.0), 1.0):.1f}"
