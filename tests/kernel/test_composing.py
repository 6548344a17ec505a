"""From one Markdown template to a subject, a text and a page; whatever people type stays what they typed."""

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.colours import accent_of
from app.kernel.composing import Link, compose
from app.kernel.mail_text import escape, html_of, line_of, text_of

LINK = Link("http://localhost:8000/verify/abc_DEF-1.2")


def welcome(name: str, locale: str = "en", **options):
    return compose("welcome", locale, {"name": name, "url": LINK}, **options)


def test_both_bodies_come_from_one_template(app) -> None:
    letter = welcome("Demo customer")
    page = BeautifulSoup(letter.html, "html5lib")
    assert letter.subject == "Welcome to Hostler"
    assert "Hello Demo customer," in letter.text
    assert f"Confirm this address:\n{LINK}\n" in letter.text
    button = page.find("a", string="Confirm this address")
    assert button["href"] == LINK
    assert "display:inline-block" in button["style"]


def test_a_name_cannot_dress_up_as_anything(app) -> None:
    nasty = "<b>Eve</b> [here](https://evil.example) **x** &amp;"
    letter = welcome(nasty)
    page = BeautifulSoup(letter.html, "html5lib")
    assert f"Hello {nasty}," in letter.text
    assert f"Hello {nasty}," in page.get_text()
    assert [a for a in page.find_all("a") if "evil" in a["href"]] == []
    assert page.find("b") is None


def test_a_name_of_many_lines_stays_on_one(app) -> None:
    letter = welcome("Eve\r\n\r\n# Heading\nSubject: other")
    assert "Hello Eve # Heading Subject: other," in letter.text
    assert letter.subject == "Welcome to Hostler"


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=80))
def test_whatever_is_escaped_reads_as_it_was(value: str) -> None:
    plain = " ".join(value.split())
    source = f"Hello {escape(value)}, and **welcome**"
    assert text_of(source).strip() == f"Hello {plain}, and welcome"
    assert (
        BeautifulSoup(html_of(source, accent="#000000"), "html5lib").get_text().strip() == f"Hello {plain}, and welcome"
    )


def test_a_letter_is_dressed_in_the_reader_s_language(app) -> None:
    letter = compose(
        "invitation",
        "nl",
        {"inviter": "A", "account": "B", "role": "C", "until": None, "url": LINK}
        | {"until": datetime(2026, 3, 31, tzinfo=UTC)},
    )
    assert "31 maart 2026" in letter.text
    assert 'lang="nl"' in letter.html


def test_the_way_to_stop_stands_at_the_end(app) -> None:
    letter = welcome("A", stop_url="http://localhost:8000/letters/stop/x")
    assert letter.text.strip().endswith("http://localhost:8000/letters/stop/x")
    assert "http://localhost:8000/letters/stop/x" in letter.html
    assert "Stop these e-mails" not in welcome("A").html


def test_a_value_that_a_template_lacks_is_an_error(app) -> None:
    with pytest.raises(Exception, match="url"):
        compose("welcome", "en", {"name": "A"})


def test_text_keeps_lists_quotes_and_code_readable() -> None:
    source = (
        "One\n\n- a **b**\n- c\n\n1. x\n2. y\n\nSee [the page](https://a.example) or <https://b.example>.\n\n---\n\nEnd"
    )
    assert text_of(source) == (
        "One\n\n- a b\n- c\n\n1. x\n2. y\n\nSee the page: https://a.example or https://b.example.\n\n--\n\nEnd\n"
    )
    assert line_of("**Hello** \\*you\\*") == "Hello *you*"


def test_a_link_among_words_is_no_button() -> None:
    html = html_of("Go [there](https://a.example) now.\n\n[There](https://a.example)", accent="#123456")
    assert html.count("inline-block") == 1


def test_white_letters_can_be_read_on_a_button_of_any_hue() -> None:
    def light(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    for hue in range(361):
        red, green, blue = bytes.fromhex(accent_of(hue)[1:])
        luminance = 0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue)
        assert 1.05 / (luminance + 0.05) >= 4.5, hue


def test_the_colour_is_that_of_the_pages() -> None:
    assert accent_of(200) == "#00666b"  # oklch(.46 .085 200), as browsers draw it
