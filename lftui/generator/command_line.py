"""The command line, parsed by Locust's own parser after the locustfile has had its say.

lftui's options are taken out first, by exact name; where the locustfile defines an option of the
same name, the locustfile has it, and ours is reached as `--lftui-NAME`.
"""

from __future__ import annotations

import argparse
import contextlib
import io
from collections.abc import Iterable, Iterator
from typing import Any

from locust import argument_parser

from lftui.plan import PlanError
from lftui.records import OptionFact
from lftui.safe_text import HIDDEN, is_secret_name

OURS_ALWAYS = "--lftui-"


def split_ours(
    argv: list[str], own: dict[str, bool], taken: Iterable[str]
) -> tuple[list[tuple[str, str | None]], list[str]]:
    """Our options and their values, and what is left for Locust.

    Args:
        argv: the words of the command line.
        own: our option names (`--shape`) and whether each takes a value.
        taken: option names that the locustfile or Locust itself has.

    Raises:
        PlanError: an option of ours lacks its value, or has one that it does not take.
    """
    theirs = set(taken)
    ours: list[tuple[str, str | None]] = []
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--":
            rest += [word, *words]
            break
        name, equals, value = word.partition("=")
        known = _our_name(name, own, theirs)
        if known is None:
            rest.append(word)
        elif not own[known]:
            if equals:
                raise PlanError(f"the option {name} takes no value, but has '{value}'")
            ours.append((known, None))
        else:
            ours.append((known, value if equals else _value_after(name, words)))
    return ours, rest


def _our_name(name: str, own: dict[str, bool], theirs: set[str]) -> str | None:
    if name.startswith(OURS_ALWAYS):
        plain = "--" + name.removeprefix(OURS_ALWAYS)
        return plain if plain in own else None
    return name if name in own and name not in theirs else None


def _value_after(name: str, words: Iterator[str]) -> str:
    value = next(words, None)
    if value is None or (value.startswith("--") and len(value) > 2):
        raise PlanError(f"the option {name} needs a value after it")
    return value


@contextlib.contextmanager
def said_as_sentence(doing: str) -> Iterator[None]:
    """Turn what Locust writes to stderr before it exits into one `PlanError`."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            yield
    except SystemExit as error:
        text = said.getvalue().strip()
        if "error: " in text:
            text = text.split("error: ", 1)[1]
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        sentence = lines[0] if lines else f"exit {error.code}"
        raise PlanError(f"{doing}: {sentence}") from None


class Parsed:
    """The parsed command line.

    Attributes:
        options: Locust's namespace, custom options of the locustfile included.
        explicit: names that were set by the command line, a config file or the environment.
        ours: lftui's own options, in their order.
    """

    def __init__(self, argv: list[str], own: dict[str, bool]) -> None:
        with said_as_sentence("the locustfile's own options cannot be used"):
            parser = argument_parser.get_parser()
        parser.allow_abbrev = False
        taken = [name for action in parser._actions for name in action.option_strings]
        self.ours, self.rest = split_ours(argv, own, taken)
        with said_as_sentence("the command line cannot be read"):
            self.options = parser.parse_args(args=self.rest)
            if self.options.stats_history_enabled and self.options.csv_prefix is None:
                parser.error("'--csv-full-history' requires '--csv'.")
        self.explicit = _explicit(parser)
        self._parser = parser

    def custom_options(self) -> list[OptionFact]:
        """The options that the locustfile (or a plugin) added, for a form."""
        known = set(argument_parser.default_args_dict())
        secret = set(getattr(self._parser, "secret_args_included_in_web_ui", {}))
        return [
            _option_fact(action, action.dest in secret)
            for action in self._parser._actions
            if action.dest not in known and action.dest not in ("help", "version")
        ]

    def secrets(self) -> list[str]:
        """The values of options that are secret, by declaration or by name."""
        declared = set(getattr(self._parser, "secret_args_included_in_web_ui", {}))
        return [
            str(value)
            for name, value in vars(self.options).items()
            if value and isinstance(value, str) and (name in declared or is_secret_name(name))
        ]


def _option_fact(action: argparse.Action, declared_secret: bool) -> OptionFact:
    secret = declared_secret or is_secret_name(action.dest)
    default = "" if action.default is None else str(action.default)
    return OptionFact(
        name=action.option_strings[0] if action.option_strings else action.dest,
        help=action.help or "",
        default=HIDDEN if secret and default else default,
        choices=[str(choice) for choice in action.choices or ()],
        secret=secret,
        required=action.required,
        multiple=action.nargs in ("+", "*"),
    )


def _explicit(parser: Any) -> set[str]:
    """The destinations set by anything but a default; configargparse keeps where each came from."""
    explicit: set[str] = set()
    by_name = {name: action.dest for action in parser._actions for name in action.option_strings}
    for source, settings in parser.get_source_to_settings_dict().items():
        if source == "defaults":
            continue
        for key, value in settings.items():
            if key:
                action = value[0] if isinstance(value, tuple) else None
                explicit.add(getattr(action, "dest", None) or by_name.get(f"--{key}", key))
            else:
                for word in value[1] if isinstance(value, tuple) else value:
                    explicit |= _named_by(str(word), by_name)
    return explicit


def _named_by(word: str, by_name: dict[str, str]) -> set[str]:
    name = word.partition("=")[0]
    if name in by_name:
        return {by_name[name]}
    short = word[:2]  # -u10
    return {by_name[short]} if not word.startswith("--") and short in by_name else set()
