"""Barriers that axe-core finds on a page as it is: light and dark, as wide as on a desk and as on a phone.

A scenario that has brought a page into a state calls `barrier_free(page)`; states that no scenario reaches are walked
through in `page_states.py`. A look costs less than a visit: the program is loaded into a page once, the theme changes
what only the rules about colours see, and the page is not opened anew.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

import pytest
from browsing import PHONE
from playwright.sync_api import Page, expect

NOTHING: Mapping[str, object] = MappingProxyType({})

# What Streamlit draws so, and no style or script of ours can mend: (rule, part of the element, why).
EXCUSED: tuple[tuple[str, str, str], ...] = (
    ("region", 'role="listbox"', "an open list hangs at the end of the page, outside of all landmarks"),
    ("region", 'id="stFloatingOverlayPortal"', "and what held it stays there for a moment"),
)

_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
_ALL_BUT_COLOURS = {"rules": {rule: {"enabled": False} for rule in _COLOURS["runOnly"]}}
_IS_IN = """scheme => {
  const app = document.querySelector(".stApp");
  return !app || [app, document.documentElement].every(part => getComputedStyle(part).colorScheme === scheme);
}"""
_FADING = """() => !document.getAnimations().some(animation => {
  const times = animation.effect?.getComputedTiming();
  return animation.playState === "running" && times && times.iterations !== Infinity;
})"""


@cache
def _program() -> str:
    pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    from axe_playwright_python.sync_playwright import Axe

    return str(Axe().axe_script)


def barriers(page: Page, rules: Mapping[str, object] = NOTHING, part: str = "html") -> list[str]:
    """Return what axe-core finds on the page as it is, of any impact: by some rules, in a part of it."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_program())
    options: dict[str, Any] = {"resultTypes": ["violations"], **rules}
    found = page.evaluate("([part, options]) => axe.run(part, options)", [part, options])["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:200]}"
        for rule in found
        for node in rule["nodes"]
        if not any(rule["id"] == name and part in node["html"] for name, part, _ in EXCUSED)
    ]


def barrier_free(page: Page, part: str = "html") -> None:
    """Check that axe-core finds nothing in either theme and at either width; the page is left as it was.

    The rules about colours take most of the time. They look at both themes, at the width that the page has: what a desk
    shows is all that a phone does, but for what the visits of a phone look at.

    Args:
        page: In the state that is looked at.
        part: Selector of what came new in this state, where the rest was looked at before.
    """
    before = page.viewport_size
    assert before
    # What our script mends of Streamlit's, it mends once the page has settled.
    expect(page.locator("[data-testid=stFileUploaderDropzone][role=presentation]")).to_have_count(0)
    found = _seen(page, part, "light") + _seen(page, part, "dark", _COLOURS)
    if before["width"] != PHONE:
        page.set_viewport_size({"width": PHONE, "height": before["height"]})
        found += _seen(page, part, "dark", _ALL_BUT_COLOURS)
        page.set_viewport_size(before)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(_IS_IN, arg="light")
    assert not found, "\n".join(found)


def _seen(page: Page, part: str, scheme: Literal["light", "dark"], rules: Mapping[str, object] = NOTHING) -> list[str]:
    """Return what is found in a theme at the page's width, with where it is."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(_IS_IN, arg=scheme)
    # What appears fades in: half visible, it has no contrast.
    page.wait_for_function(_FADING)
    found = barriers(page, rules, part)
    headings = page.locator("h1:visible").count()
    found += [f"{headings} headings of the first level"] if headings != 1 else []
    assert page.viewport_size
    return [f"{page.viewport_size['width']} px, {scheme}: {barrier}" for barrier in found]
