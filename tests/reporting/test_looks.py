"""The look: what it promises to those who see differently."""

from forecast.reporting.pictures import looks


def test_colours_can_be_told_apart_and_read():
    """WCAG AA: text 4.5, lines 3; and no two colours of a mode are one."""
    for dark in (False, True):
        variables = looks.css_variables(dark)
        colours = {name: variables[f"--{name}"] for name in looks.COLOURS}
        assert len(colours) == len(set(colours.values()))
        for ground in ("paper", "panel", "band"):
            for text in ("ink", "muted"):
                needed = 4.5 if ground != "band" else 3
                assert _contrast(colours[text], colours[ground]) >= needed, (dark, text, ground)
        for ground in ("paper", "band"):
            for line in ("accent", "second"):
                assert _contrast(colours[line], colours[ground]) >= 3, (dark, line, ground)


def _contrast(one, other):
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
