"""A person without a mouse: Tab until it has the focus, and every stop on the way must be seen."""

from typing import Any

# The ring may be the element's own, or that of the label or group that stands for it.
RING = """() => {
  for (let one = document.activeElement; one; one = one.parentElement) {
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    if (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) return true;
    if (one.matches("label, fieldset, form, main, body")) return false;
  }
  return false;
}"""
MOST_STOPS = 60


def tab_to(page: Any, wanted: Any, key: str = "Tab") -> None:
    """Press Tab (or another key) until `wanted`, a locator, has the focus."""
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        where = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if not where.startswith("<body"):  # past the last stop the focus is with the browser for a moment
            assert page.evaluate(RING), f"nobody sees that the focus is on {where}"
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{MOST_STOPS} times {key}, and {wanted} has not got the focus")


def press(page: Any, wanted: Any) -> None:
    """Go there and press Enter."""
    tab_to(page, wanted)
    page.keyboard.press("Enter")


def write(page: Any, wanted: Any, words: str) -> None:
    """Go to the field and type over what stands there."""
    tab_to(page, wanted)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(words)
