"""The parser of every command line of Footnote: argparse, without guessing, and with one line for what is wrong."""

import argparse
import itertools
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn, TypeAlias

from qa.command.printing import let_reader_go, say, warn
from qa.lazy_regex import lazy_regex
from qa.text.nearest import did_you_mean, nearest

_NUMBERS = {int: "a whole number", float: "a number"}
_REQUIRED = lazy_regex(r"the following arguments are required: (.*)")


class Parser(argparse.ArgumentParser):
    """A parser of Footnote or of one command, which does not take the beginning of an option for the option.

    It prints through `qa.command.printing`, since it repeats what was typed.

    Args:
        words: The name of an argument that takes all words of the command line, before and after options, in a row.
        instead: What other programs call commands, with what to say of the command here that does it.
        options: Those of `argparse.ArgumentParser`.
    """

    def __init__(self, *, words: str = "", instead: Mapping[str, str] | None = None, **options: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **options})
        self._words = words
        self._instead = instead or {}
        self._argv: Sequence[str] = ()
        # The parser of the command that was named replaces that of `footnote`.
        self.set_defaults(parser=self)

    def parse(self, argv: Sequence[str] | None = None) -> argparse.Namespace:
        """Return the arguments; one line on stderr and exit status 2 for what cannot be understood."""
        arguments: argparse.Namespace
        rest: list[str]
        arguments, rest = self.parse_known_args(argv)
        chosen: Parser = arguments.parser
        chosen._take(arguments, rest)
        return arguments

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Keep the words for `error`, and parse them."""
        self._argv = tuple(sys.argv[1:] if args is None else args)
        return super().parse_known_args(args, namespace)

    def _take(self, arguments: argparse.Namespace, rest: Sequence[str]) -> None:
        unknown = [text.partition("=")[0] for text in rest if text.startswith("-") and text not in ("-", "--")]
        if unknown:
            if unknown[0] in self._option_string_actions:
                # It stood before the command, where this parser did not see it: `footnote --json ask …`.
                self.error(f"{unknown[0]} stands behind the command: {self.prog} {unknown[0]} …")
            hint = _option_meant(unknown[0], self._option_string_actions)
            if self._words and not hint:
                hint = f"; if it belongs to the {self._words}, put that in quotes"
            self.error(f"{self.prog} has no option {unknown[0]}{hint}")
        if rest and not self._words:
            self.error(f'{self.prog} has no use for "{rest[0]}"; quote what has spaces in it')
        if rest:
            setattr(arguments, self._words, [*getattr(arguments, self._words), *rest])

    def format_help(self) -> str:
        """Return the help. Its first line does not name all options, since they are listed below it."""
        self.usage = " ".join([self.prog, "[options]", *map(_written, self._get_positional_actions())])
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where to read on, and exit with status 2."""
        if _REQUIRED.search(message) and (unknown := self._unknown_option()):
            # The missing argument may be the mistyped one: `footnote ingest --watc`, `footnote ingest -notes.txt`.
            message = f"{self.prog} has no option {unknown}" + (
                _option_meant(unknown, self._option_string_actions) or f"; if it is not an option, write -- {unknown}"
            )
        message = _REQUIRED.sub(rf"{self.prog} needs \1", message.removeprefix("argument "))
        message = message.replace(": expected one argument", " needs a value")
        message = message.replace(": expected at least one argument", " needs a value")
        warn(f"error: {message}", f"see: {self.prog} --help")
        sys.exit(2)

    def _unknown_option(self) -> str:
        options = itertools.takewhile(lambda word: word != "--", self._argv)
        names = (word.partition("=")[0] for word in options if word.startswith("-") and word != "-")
        return next((name for name in names if name not in self._option_string_actions), "")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        names = [str(choice) for choice in action.choices]
        if isinstance(action, argparse._SubParsersAction):
            what = f'{self.prog} has no command "{value}"'
            if (option := self._unknown_option()) and self._argv[0].startswith(option):
                # What follows may be its value, as in `footnote --home X ask …`.
                what = f"{option} stands behind the command: {self.prog} COMMAND {option} …"
                raise argparse.ArgumentError(None, what)
            meant = self._instead.get(str(value).casefold())
            if " " in self.prog and str(value).casefold() in ("list", "ls"):
                meant = f"{self.prog} alone does that"  # as of "footnote collections"
            if meant:
                raise argparse.ArgumentError(None, f"{what}; {meant}")
        else:
            what = f'{"/".join(action.option_strings) or action.metavar} "{value}" is unknown'
        raise argparse.ArgumentError(None, what + (did_you_mean(str(value), names) or f"; use {_either(names)}"))

    def _get_value(self, action: argparse.Action, arg_string: str) -> Any:
        try:
            return super()._get_value(action, arg_string)
        except argparse.ArgumentError as error:
            kind = _NUMBERS.get(action.type) if isinstance(action.type, type) else None
            if not kind:
                raise
            option = "/".join(action.option_strings)
            raise argparse.ArgumentError(None, f'{option} "{arg_string}" is not {kind}') from error

    def _print_message(self, message: str, file: Any = None) -> None:  # noqa: ARG002
        # Only help comes here: what is wrong goes through `error`.
        try:
            say(*message.removesuffix("\n").split("\n"))
        except BrokenPipeError:  # as in `footnote --help | head -1`
            let_reader_go()


def _option_meant(option: str, known: Iterable[str]) -> str:
    # Compared without the dashes, which all options share.
    names = {name.lstrip("-"): name for name in known if name.startswith("--")}
    meant = nearest(option.lstrip("-"), names)
    return f"; did you mean {names[meant]}?" if meant else ""


def _written(action: argparse.Action) -> str:
    name = str(action.metavar or action.dest)
    return {"?": f"[{name}]", "*": f"[{name}…]", "+": f"{name}…", argparse.PARSER: f"{name} …"}.get(
        str(action.nargs), name
    )


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


def _either(names: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
