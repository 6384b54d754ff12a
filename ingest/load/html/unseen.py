"""The text of an HTML page that nobody sees or that is struck out, found by the styles in attributes and in `<style>`.

Style sheets in files of their own are not fetched. A background that they may set is unknown, and the text on it counts
as visible: it may be white text on a dark page. Rules for print and for other screens are passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from ingest.load.html.struck import is_struck, remove_struck, take_out
from ingest.load.unseen import STRUCK, Colour, blends, hex_colour, left_out
from ingest.load.whole import whole
from qa.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from soupsieve import SoupSieve

_OFF_SCREEN_PX = -500
_MAX_RULES = 5_000
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
_NAMED: dict[str, Colour] = {
    "white": _WHITE, "black": _BLACK, "snow": (255, 250, 250), "ivory": (255, 255, 240), "ghostwhite": (248, 248, 255),
    "whitesmoke": (245, 245, 245), "floralwhite": (255, 250, 240), "azure": (240, 255, 255),
    "mintcream": (245, 255, 250),
}  # fmt: skip
_NEXT = lazy_regex(r"[{};]")
_BRACE = lazy_regex(r"[{}]")
# Blocks whose rules hold on every screen.
_ALWAYS = lazy_regex(r"@(?:media\s+(?:all|(?:only\s+)?screen)|layer\b.*|supports\b.*)\s*", re.IGNORECASE | re.DOTALL)
_MOST_NESTED = 8
_FAINT = 0.05
_CSS_COMMENT = lazy_regex(r"/\*.*?\*/", re.DOTALL)
_COMPOUND = lazy_regex(r"(?P<tag>[a-z][a-z0-9]*|\*)?(?P<rest>(?:[.#][\w-]+)*)", re.IGNORECASE)
_LENGTH = lazy_regex(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|%|vw|vh|in|cm)?")
_RGB = lazy_regex(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*(?:[,/]\s*([\d.]+%?)\s*)?\)")
_PX = {"px": 1.0, "pt": 4 / 3, "rem": 16.0, "vw": 10.0, "vh": 10.0, "in": 96.0, "cm": 38.0}

# What a selector that asks for more than the element itself is matched for: a size, and what undoes it.
_GROUPS = (
    frozenset({"font-size", "font"}),
    frozenset({"visibility"}),
    frozenset({"opacity"}),
    frozenset({"text-decoration", "text-decoration-line"}),
)

Declarations = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Look:
    """How the text of an element looks: sizes in px, colours None where they are not known."""

    colour: Colour | None = _BLACK
    ground: Colour | None = _WHITE
    size: float = 16.0
    styled_outside: bool = False
    visible: bool = True


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule for elements of a tag ("" for any) with these classes and ids; `exact` if its selector asks no more.

    Where it does, `matched` is what the whole `selector` is matched for.
    """

    tag: str
    names: frozenset[str]
    said: Declarations
    exact: bool
    selector: str = ""
    matched: Declarations = field(default_factory=dict)


def remove_unseen(soup: BeautifulSoup) -> None:
    """Take what nobody sees out of a page, and note it."""
    rules = _indexed(soup)
    outside = bool(soup.find("link", rel=lambda value: bool(value) and "stylesheet" in str(value).lower()))
    kept: dict[str, list[Tag]] = {"opacity": [], STRUCK: []}
    _walk(soup, _Look(), rules, outside, kept)
    _remove_faint(soup, kept["opacity"])
    remove_struck(soup, kept[STRUCK])


def _walk(parent: Tag, look: _Look, rules: dict[str, list[_Rule]], outside: bool, kept: dict[str, list[Tag]]) -> None:
    stack: list[tuple[Tag, _Look]] = [(parent, look)]
    while stack:
        tag, look = stack.pop()
        for child in list(tag.children):
            if isinstance(child, Tag):
                said = _declared(child, rules)
                how = "" if child.name in ("html", "body", "head", "title") else _hidden(child, said)
                if how in kept:
                    kept[how].append(child)
                elif how:
                    left_out(child.get_text(" "), how)
                    for frame in child.find_all("iframe", srcdoc=True) if child.name != "iframe" else [child]:
                        left_out(BeautifulSoup(str(frame.get("srcdoc", "")), "lxml").get_text(" "), how)
                    child.decompose()
                    continue
                stack.append((child, _look(child, said, look, outside)))
            elif _is_text(child) and (how := _unreadable(look)):
                left_out(str(child), how)
                child.extract()


def _is_text(child: PageElement) -> bool:
    # Comments, doctypes, scripts and the like are kinds of their own.
    return type(child) is NavigableString and bool(child.strip())


def _remove_faint(soup: BeautifulSoup, faint: list[Tag]) -> None:
    """Remove what is fully transparent, unless that is most of a page: a script then shows it piece by piece."""
    texts = [tag.get_text(" ") for tag in faint]
    if not texts or 2 * sum(map(len, texts)) > len(soup.get_text(" ")):
        return
    for tag, text in zip(faint, texts, strict=True):
        if not tag.decomposed:
            left_out(text, "opacity 0")
            take_out(tag)


def _hidden(tag: Tag, said: Declarations) -> str:
    """Return how an element with all its content is hidden, or that it is struck out; "" if neither."""
    if tag.has_attr("hidden") or said.get("display", "") == "none":
        return "display:none"
    if (opacity := _number(said.get("opacity", ""))) is not None and opacity <= _FAINT:
        return "opacity"
    if _is_off_screen(said):
        return "off the screen"
    return STRUCK if is_struck(tag.name, said) else ""


def _is_off_screen(said: Declarations) -> bool:
    far = (said.get(name, "") for name in ("left", "top", "right", "bottom", "margin-left", "margin-top"))
    placed = said.get("position", "") in ("absolute", "fixed") and any(map(_is_far, far))
    clipped = re.search(r"rect\(\s*(?:0|1px)", said.get("clip", "")) or re.search(
        r"inset\(\s*(?:50|100)%|circle\(\s*0", said.get("clip-path", "")
    )
    tiny = all(_is_tiny(said.get(name, "")) for name in ("width", "height")) and "hidden" in said.get("overflow", "")
    moved = re.search(r"scale\(\s*0\s*[,)]|translate[xy]?\(\s*-\d{4,}", said.get("transform", ""))
    return bool(placed or clipped or tiny or moved or _is_far(said.get("text-indent", "")))


def _unreadable(look: _Look) -> str:
    """Return why text of this look cannot be read; "" if it can."""
    if not look.visible:
        return "visibility:hidden"
    if look.size <= 1:
        return "size 0 or 1"
    if blends(look.colour, look.ground):
        return "the colour of its background"
    return ""


def _look(tag: Tag, said: Declarations, above: _Look, outside: bool) -> _Look:
    # Unlike display:none it is inherited, and undone within; a script shows pages whose body has it.
    visibility = said.get("visibility", "") if tag.name not in ("html", "body") else ""
    visible = above.visible if visibility not in ("visible", "hidden", "collapse") else visibility == "visible"
    styled = above.styled_outside or (outside and (tag.has_attr("class") or tag.has_attr("id")))
    ground = above.ground if styled == above.styled_outside else None
    written = f"{said.get('background', '')} {said.get('background-color', '')}".strip()
    if tag.has_attr("background") or "url(" in written or "gradient" in written or "var(" in written:
        ground = None
    elif written:
        found = [_colour(word) for word in re.findall(r"[a-z-]+\([^)]*\)|#?[\w-]+", written)]
        named = [colour for colour in found if colour is not None]
        transparent = "transparent" in written or written in ("none", "inherit", "initial", "unset")
        ground = above.ground if transparent else named[-1] if named else None
    colour = _BLACK if tag.name == "a" else above.colour
    if value := said.get("color", ""):
        match = _RGB.fullmatch(value)
        if value == "transparent" or (match and match[4] is not None and float(match[4].rstrip("%")) == 0):
            return _Look(_WHITE, _WHITE, _size(said, above.size), visible=visible)
        colour = above.colour if value in ("inherit", "currentcolor") else _colour(value)
    return _Look(colour, ground, _size(said, above.size), styled, visible)


def _size(said: Declarations, above: float) -> float:
    value = said.get("font-size", "")
    if not value and (match := re.search(r"(?:^|\s)(-?\d*\.?\d+(?:px|pt|em|rem|%)?)(?:/|\s)", said.get("font", ""))):
        value = match[1]
    match = _LENGTH.fullmatch(value)
    if not match:
        return above if not value or value in ("inherit", "smaller", "larger") else 16.0
    number, unit = float(match[1]), match[2]
    if not unit and number:
        return above  # no browser heeds a length without its unit
    unit = unit or "px"
    return number * above if unit == "em" else number * above / 100 if unit == "%" else number * _PX[unit]


def _declared(tag: Tag, rules: dict[str, list[_Rule]]) -> Declarations:
    """Return what is declared for an element: by attributes, by rules in their order, by its own style."""
    said: Declarations = {}
    if colour := tag.get("bgcolor"):
        said["background"] = str(colour).lower()
    if colour := tag.get("color") if tag.name == "font" else tag.get("text") if tag.name == "body" else None:
        said["color"] = str(colour).lower()
    if rules:
        names = {f".{name}" for name in tag.get_attribute_list("class")} | {f"#{tag.get('id')}"}
        for key in (tag.name, "*", *sorted(names)):
            for rule in rules.get(key, ()):
                if rule.names <= names and rule.tag in ("", "*", tag.name):
                    said |= rule.said if rule.exact else _asked_more(rule, tag)
    if style := tag.get("style"):
        said |= _declarations(str(style))
    return said


def _asked_more(rule: _Rule, tag: Tag) -> Declarations:
    """Return what a rule declares whose selector asks for more than the element: its ancestors, its place.

    It is matched for what can hide a text by its size or visibility. A colour is unknown then, and a display that
    scripts switch, as of tabs, counts as shown.
    """
    found = dict.fromkeys(_doubtful(rule.said), "unknown")
    if rule.matched and (matcher := _matcher(rule.selector)) and matcher.match(tag):
        found |= rule.matched
    return found


def _hides(said: Declarations) -> bool:
    opacity = _number(said.get("opacity", ""))
    is_faint = opacity is not None and opacity <= _FAINT
    return (
        is_faint
        or is_struck("", said)
        or said.get("visibility", "") in ("hidden", "collapse")
        or _size(said, 16.0) <= 1
    )


def _with_matched(rules: dict[str, list[_Rule]]) -> dict[str, list[_Rule]]:
    """Return rules with what is to be matched: matching is slow, and needed where one of them hides something."""
    hiding = [rule.said for found in rules.values() for rule in found if _hides(rule.said)]
    wanted = frozenset().union(*(group for group in _GROUPS if any(group & set(said) for said in hiding)))
    if not wanted:
        return rules
    return {
        key: [
            rule if rule.exact else replace(rule, matched={n: v for n, v in rule.said.items() if n in wanted})
            for rule in found
        ]
        for key, found in rules.items()
    }


@lru_cache(maxsize=_MAX_RULES)
def _matcher(selector: str) -> "SoupSieve | None":
    import soupsieve

    try:
        return soupsieve.compile(selector)
    except (soupsieve.SelectorSyntaxError, ValueError, TypeError):
        return None


def _doubtful(said: Declarations) -> Iterator[str]:
    yield from (name for name in said if name in ("color", "background", "background-color"))


def _indexed(soup: BeautifulSoup) -> dict[str, list[_Rule]]:
    """Return the rules of `<style>`, each under a tag, class or id that an element must have for it."""
    rules: dict[str, list[_Rule]] = {}
    count = 0
    for style in soup.find_all("style"):
        if str(style.get("media", "all")).lower() not in ("", "all", "screen"):
            continue
        for selectors, declared in _rules_in(_CSS_COMMENT.sub(" ", style.get_text())):
            said = _declarations(declared)
            for selector in selectors.split(","):
                count += 1
                rule = _rule(selector.strip(), said)
                if rule and count <= _MAX_RULES:
                    rules.setdefault(min(rule.names, default=rule.tag or "*"), []).append(rule)
    return _with_matched(rules)


def _rules_in(css: str, within: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield the selectors and declarations of a style sheet, also of rules within rules and within blocks."""
    declared: list[str] = []
    nested: list[tuple[str, str]] = []
    at = 0
    while match := _NEXT.search(css, at):
        head, at = css[at : match.start()].strip(), match.end()
        if match[0] != "{":
            declared.append(head)
            continue
        end = _end_of_block(css, at)
        body, at = css[at:end], end + 1
        if depth >= _MOST_NESTED or (head.startswith("@") and not _ALWAYS.fullmatch(head)):
            continue
        inner = within if head.startswith("@") else ",".join(_nested(head, within))
        nested += _rules_in(body, inner, depth + 1)
    declared.append(css[at:])
    if within:
        yield within, ";".join(declared)
    yield from nested


def _end_of_block(css: str, at: int) -> int:
    depth = 1
    for match in _BRACE.finditer(css, at):
        depth += 1 if match[0] == "{" else -1
        if not depth:
            return match.start()
    return len(css)


def _nested(head: str, within: str) -> Iterator[str]:
    for outer in within.split(",")[:_MOST_NESTED]:
        for part in head.split(","):
            yield part.strip().replace("&", outer) if "&" in part or not outer else f"{outer} {part.strip()}"


def _rule(selector: str, said: Declarations) -> _Rule | None:
    last = re.split(r"[\s>+~]+", selector)[-1]
    match = _COMPOUND.fullmatch(last)
    if not match or not last:
        return None
    tag = (match["tag"] or "").lower()
    names = frozenset(re.findall(r"[.#][\w-]+", match["rest"]))
    return _Rule(tag, names, said, exact=last == selector, selector=selector)


def _declarations(style: str) -> Declarations:
    found: Declarations = {}
    for part in style.split(";"):
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip().lower()] = value.lower().replace("!important", "").strip()
    return found


def _colour(value: str) -> Colour | None:
    if value in _NAMED:
        return _NAMED[value]
    digits = value.removeprefix("#")
    if re.fullmatch(r"[0-9a-f]{3,4}", digits) and value.startswith("#"):
        digits = "".join(2 * digit for digit in digits[:3])
    if re.fullmatch(r"[0-9a-f]{6}(?:[0-9a-f]{2})?", digits):
        return hex_colour(digits[:6])
    if match := _RGB.fullmatch(value):
        return whole(match[1]), whole(match[2]), whole(match[3])
    return None


def _number(value: str) -> float | None:
    match = re.fullmatch(r"(\d*\.?\d+)(%?)", value)
    return float(match[1]) / (100 if match[2] else 1) if match else None


def _is_far(value: str) -> bool:
    match = _LENGTH.fullmatch(value)
    unit = (match[2] or "px") if match else ""
    return bool(match) and unit in (*_PX, "em") and float(match[1]) * _PX.get(unit, 16.0) <= _OFF_SCREEN_PX  # type: ignore[index]


def _is_tiny(value: str) -> bool:
    match = _LENGTH.fullmatch(value)
    return bool(match) and (match[2] or "px") == "px" and abs(float(match[1])) <= 1  # type: ignore[index]
