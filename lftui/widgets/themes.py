"""The palettes: dark, light, high contrast, and two for terminals of 16 colors or none.

Each tone of `lftui.widgets.look` has a style in each of them. Full palettes keep 4.5:1 and more
between text and ground (WCAG 2.2, 1.4.3; the high-contrast one 7:1), and the three percentiles
differ in lightness as well as in hue, so that they stay apart for eyes that see few colors.
On 16 colors a series never takes red, which means broken.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

DEFAULT = "lftui-dark"
ANSI = {True: "lftui-ansi-dark", False: "lftui-ansi-light"}


def _theme(name: str, dark: bool, **colors: str) -> Theme:
    ground = colors["background"]
    variables = {
        "footer-background": ground,
        "footer-key-foreground": colors["accent"],
        "footer-description-foreground": colors["foreground"],
        "border": colors["panel"],
        "border-blurred": colors["panel"],
        "block-cursor-background": colors["primary"],
        "block-cursor-foreground": ground,
        "block-cursor-text-style": "none",
        "scrollbar": colors["panel"],
        "scrollbar-background": ground,
        "scrollbar-corner-color": ground,
        "input-selection-background": f"{colors['primary']} 35%",
    }
    return Theme(
        name=name,
        primary=colors["primary"],
        secondary=colors["secondary"],
        warning=colors["warning"],
        error=colors["error"],
        success=colors["success"],
        accent=colors["accent"],
        foreground=colors["foreground"],
        background=ground,
        surface=colors["surface"],
        panel=colors["panel"],
        dark=dark,
        luminosity_spread=0.1,
        variables=variables,
    )


THEMES: tuple[Theme, ...] = (
    _theme(
        "lftui-dark",
        True,
        primary="#6cb6ff",
        secondary="#8ddb8c",
        accent="#f0b429",
        foreground="#d7dde5",
        background="#11151b",
        surface="#171c24",
        panel="#3a4554",
        success="#57c785",
        warning="#f2c14e",
        error="#ff6b6b",
    ),
    _theme(
        "lftui-light",
        False,
        primary="#0b5cad",
        secondary="#1c6e3d",
        accent="#8a5a00",
        foreground="#1c2430",
        background="#fbfbf8",
        surface="#f1f2ee",
        panel="#b8c0cc",
        success="#187a40",
        warning="#8a5a00",
        error="#b3261e",
    ),
    _theme(
        "lftui-contrast",
        True,
        primary="#7fd4ff",
        secondary="#9dff9d",
        accent="#ffd84d",
        foreground="#ffffff",
        background="#000000",
        surface="#0a0a0a",
        panel="#9a9a9a",
        success="#7dff9b",
        warning="#ffe14d",
        error="#ff9b9b",
    ),
)

_BARE = {
    "strong": "bold",
    "dim": "dim",
    "cursor": "reverse",
    "header": "bold",
    "accent": "bold",
    "good": "",
    "warning": "bold",
    "critical": "bold reverse",
    "threshold": "dim",
    "mark": "",
    "errors": "bold",
}
"""Without any color: attributes alone."""

_ANSI_DARK_TONES = {
    **_BARE,
    "accent": "cyan",
    "good": "green",
    "warning": "bold yellow",
    "critical": "bold red",
    "rps": "cyan",
    "goodput": "green",
    "users": "dim",
    "errors": "bold red",
    # No blue: on black it can hardly be read.
    "p50": "green",
    "p95": "cyan",
    "p99": "magenta",
    "mark": "dim",
}

_ANSI_LIGHT_TONES = {
    **_ANSI_DARK_TONES,
    # Neither yellow nor cyan: on white they can hardly be read.
    "accent": "blue",
    "warning": "bold underline",
    "rps": "blue",
    "p95": "blue",
}

_STYLES: Mapping[str, Mapping[str, str]] = {
    "lftui-dark": {
        "strong": "bold #ffffff",
        "dim": "#8995a5",
        "accent": "#f0b429",
        "good": "#57c785",
        "warning": "bold #f2c14e",
        "critical": "bold #ff6b6b",
        "cursor": "#ffffff on #24405e",
        "header": "bold #a9b6c6",
        "rps": "#4fd1c5",
        "goodput": "#57c785",
        "users": "#8995a5",
        "errors": "#ff6b6b",
        "p50": "#57c785",
        "p95": "#6cb6ff",
        "p99": "#d2a8ff",
        "threshold": "#b98a2f",
        "mark": "#8995a5",
    },
    "lftui-light": {
        "strong": "bold #000000",
        "dim": "#5c6776",
        "accent": "#8a5a00",
        "good": "#187a40",
        "warning": "bold #8a5a00",
        "critical": "bold #b3261e",
        "cursor": "#000000 on #cfe3f7",
        "header": "bold #3d4856",
        "rps": "#0b7a75",
        "goodput": "#187a40",
        "users": "#5c6776",
        "errors": "#b3261e",
        "p50": "#187a40",
        "p95": "#0b5cad",
        "p99": "#7a3ea8",
        "threshold": "#8a5a00",
        "mark": "#5c6776",
    },
    "lftui-contrast": {
        "strong": "bold #ffffff",
        "dim": "#c8c8c8",
        "accent": "#ffd84d",
        "good": "#7dff9b",
        "warning": "bold #ffe14d",
        "critical": "bold #ff9b9b",
        "cursor": "#000000 on #ffd84d",
        "header": "bold #ffffff",
        "rps": "#66ffe6",
        "goodput": "#7dff9b",
        "users": "#c8c8c8",
        "errors": "#ff9b9b",
        "p50": "#7dff9b",
        "p95": "#7fd4ff",
        "p99": "#ffb3ff",
        "threshold": "#ffe14d",
        "mark": "#c8c8c8",
    },
    ANSI[True]: _ANSI_DARK_TONES,
    ANSI[False]: _ANSI_LIGHT_TONES,
}


def ansi_theme(dark: bool) -> Theme:
    """The theme for 16 colors: the terminal's own palette, which its owner can read."""
    near, far = ("ansi_black", "ansi_white") if dark else ("ansi_white", "ansi_black")
    accent = "ansi_cyan" if dark else "ansi_blue"
    variables = {
        "ansi-background": near,
        "ansi-foreground": far,
        "border": "ansi_default",
        "border-blurred": "ansi_default",
        "block-cursor-background": far,
        "block-cursor-foreground": near,
        "block-cursor-text-style": "none",
        "footer-background": "ansi_default",
        "footer-key-foreground": accent,
        "footer-description-foreground": "ansi_default",
        "input-cursor-background": far,
        "input-cursor-foreground": near,
        "input-cursor-text-style": "none",
        "input-selection-background": accent,
        "input-selection-foreground": near,
        "screen-selection-background": accent,
        "screen-selection-foreground": near,
    }
    return Theme(
        name=ANSI[dark],
        primary=accent,
        secondary="ansi_green",
        warning="ansi_yellow" if dark else "ansi_magenta",
        error="ansi_red",
        success="ansi_green",
        accent=accent,
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        dark=dark,
        variables=variables,
        ansi=True,
    )


def styles_of(theme: str, colors: bool = True) -> dict[str, str]:
    """The tones' styles in a theme; attributes alone for one that is not ours, or for no colors."""
    if not colors:
        return dict(_BARE)
    return dict(_STYLES.get(theme) or _ANSI_DARK_TONES)
