"""The brand's colour for those who do not know oklch(): mail programs, paper."""

from math import cos, radians, sin


def accent_of(hue: int) -> str:
    """--accent of the light theme, as #rrggbb; what a screen cannot show is brought to the nearest it can."""
    return _hex(0.46, 0.085, hue)


def _hex(lightness: float, chroma: float, hue: float) -> str:
    """From OKLCH over OKLab and its cone response to sRGB (Björn Ottosson, 2020)."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _gamma(min(max(part, 0.0), 1.0))):02x}" for part in linear)


def _gamma(part: float) -> float:
    knee = 0.0031308
    return 12.92 * part if part <= knee else float(1.055 * part ** (1 / 2.4) - 0.055)
