"""The one look of a report: fonts, sizes and colours, for its page and its pictures.

The hues are Okabe and Ito's, which people tell apart whatever their colour vision; blue against
orange also differs in lightness, so that a grey copy can be read. Text has a contrast of 4.5 and
lines one of 3 to what they stand on (WCAG AA), in light and in dark; a test holds that.
"""

from typing import Any

#: What each colour is for, light and dark. Within a mode no two are the same: pictures are drawn
#: in the light ones and know them again by their value.
COLOURS = {
    "paper": ("#ffffff", "#14181c"),
    "panel": ("#f3f5f7", "#1d2328"),
    "ink": ("#1f2429", "#e7eaed"),
    "muted": ("#565e67", "#a6afb8"),
    "rule": ("#dde1e5", "#353d45"),
    "accent": ("#0072b2", "#56b4e9"),
    "second": ("#b85000", "#e69f00"),
    "band": ("#cfe3f2", "#23415a"),
}
#: Generic stacks: whatever is there, nothing to fetch.
SANS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', Arial, sans-serif"
MONO = "ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'Liberation Mono', monospace"

#: Of a picture's text, in points of a picture `WIDTH` points wide: 10 pixels on a phone.
SMALL, NORMAL, LARGE = 10.0, 11.0, 12.0
#: Of one diagram, in points: what a phone shows without making its text smaller than it is.
WIDTH = 350.0
#: Dots per inch of a PNG: enough for print.
DPI = 300
#: Ships with matplotlib, so that pictures are the same wherever they are drawn.
_DRAWN_IN = "DejaVu Sans"
#: Fonts that have letters this one has not; a name in those is drawn in the first that is there.
LETTERS_ELSEWHERE = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans",
    "Noto Sans Arabic",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Noto Emoji",
    "Segoe UI Symbol",
    "Arial Unicode MS",
)


def colour(name: str, *, dark: bool = False) -> str:
    """Give a colour as #rrggbb.

    Examples
    --------
    >>> colour("accent"), colour("accent", dark=True)
    ('#0072b2', '#56b4e9')
    """
    return COLOURS[name][dark]


def css_variables(dark: bool) -> dict[str, str]:
    """Give the look as CSS custom properties; the pictures of a page follow them.

    Parameters
    ----------
    dark : bool

    Returns
    -------
    dict of str to str
        `--ink`, `--paper` … and the fonts `--sans` and `--mono`.

    Examples
    --------
    >>> css_variables(dark=False)["--ink"]
    '#1f2429'
    """
    variables = {f"--{name}": values[dark] for name, values in COLOURS.items()}
    return {**variables, "--sans": SANS, "--mono": MONO}


def drawing_rules(salt: str) -> dict[str, Any]:
    """Give matplotlib's settings: text stays text, and the same picture has the same bytes.

    Parameters
    ----------
    salt : str
        What ids in the picture are made from.
    """
    ink, muted, rule = colour("ink"), colour("muted"), colour("rule")
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": salt,
        "font.family": [_DRAWN_IN],
        "font.size": SMALL,
        "text.color": ink,
        "text.parse_math": False,
        "figure.facecolor": colour("paper"),
        "axes.facecolor": "none",
        "axes.edgecolor": rule,
        "axes.labelcolor": muted,
        "axes.labelsize": SMALL,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": True,
        "xtick.color": rule,
        "ytick.color": rule,
        "xtick.labelcolor": muted,
        "ytick.labelcolor": muted,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": SMALL,
        "grid.color": rule,
        "grid.linewidth": 0.6,
        "lines.solid_joinstyle": "round",
        "path.simplify": False,
    }
