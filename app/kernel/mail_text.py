"""The two bodies of a letter out of one Markdown text: HTML that mail programs draw, and text that people read.

Mail programs know neither our stylesheet nor most of CSS: here, and only here, style stands beside each element.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")

STYLES = {
    "h2": "margin:28px 0 8px;font-size:17px;line-height:1.4",
    "p": "margin:0 0 16px",
    "ul": "margin:0 0 16px;padding-left:22px",
    "ol": "margin:0 0 16px;padding-left:22px",
    "li": "margin:0 0 4px",
    "hr": "margin:24px 0;border:0;border-top:1px solid #8886",
    "code": "padding:1px 5px;border-radius:4px;background:#8882;font-family:ui-monospace,Menlo,Consolas,monospace",
    "blockquote": "margin:0 0 16px;padding-left:14px;border-left:3px solid #8886",
}


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # workers write letters, web processes rarely do

    return MarkdownIt("commonmark", {"html": False})


def escape(value: str) -> str:
    """What a person typed, as words that mean nothing to Markdown and stay on their line."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(value.split()))


def html_of(source: str, *, accent: str) -> Markup:
    markdown = _markdown()
    tokens = markdown.parse(source)
    for token in tokens:
        if token.tag in STYLES and token.nesting >= 0:
            token.attrSet("style", STYLES[token.tag])
        for child in token.children or ():
            if child.tag in STYLES and child.nesting >= 0:
                child.attrSet("style", STYLES[child.tag])
            elif child.type == "link_open":
                child.attrSet("style", f"color:{accent}")
    for paragraph, link in _buttons(tokens):
        paragraph.attrSet("style", "margin:24px 0")
        link.attrSet(
            "style",
            f"display:inline-block;padding:12px 22px;border-radius:8px;background:{accent};color:#ffffff;"
            "font-weight:600;text-decoration:none",
        )
    return Markup(markdown.renderer.render(tokens, markdown.options, {}))  # noqa: S704  # raw HTML is off above


def _buttons(tokens: "list[Token]") -> "Iterator[tuple[Token, Token]]":
    """A link alone in its paragraph is what the letter wants its reader to do."""
    for paragraph, inline in pairwise(tokens):
        parts = inline.children or []
        links = [part for part in parts if part.type == "link_open"]
        alone = len(links) == 1 and parts[0] is links[0] and parts[-1].type == "link_close"
        if paragraph.type == "paragraph_open" and alone:
            yield paragraph, links[0]


def text_of(source: str) -> str:
    lines: list[str] = []
    lists: list[int | None] = []  # of each list we are in: the next number, or None for dots
    item = ""
    for token in _markdown().parse(source):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            lists.append(1 if token.type.startswith("ordered") else None)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
            lines.append("")
        elif token.type == "list_item_open":
            number = lists[-1]
            item = "- " if number is None else f"{number}. "
            lists[-1] = None if number is None else number + 1
        elif token.type == "inline":
            lines.append("  " * (len(lists) - 1) + item + _line_of(token.children or []))
            item = ""
            if not lists:
                lines.append("")
        elif token.type == "hr":
            lines += ["--", ""]
        elif token.type in {"fence", "code_block"}:
            lines += [*(f"    {line}" for line in token.content.splitlines()), ""]
    return "\n".join(lines).strip() + "\n"


def _line_of(parts: "list[Token]") -> str:
    words: list[str] = []
    target, label_at = "", 0
    for part in parts:
        if part.type in {"softbreak", "hardbreak"}:
            words.append(" " if part.type == "softbreak" else "\n")
        elif part.type == "link_open":
            target, label_at = str(part.attrGet("href")), len(words)
        elif part.type == "link_close":
            label = "".join(words[label_at:])
            alone = parts[0].type == "link_open" and part is parts[-1]
            words[label_at:] = [target if label == target else f"{label}:{chr(10) if alone else ' '}{target}"]
        else:
            words.append(part.content)
    return "".join(words)


def line_of(source: str) -> str:
    """One line of Markdown as plain words: for a subject."""
    return " ".join(text_of(source).split())
