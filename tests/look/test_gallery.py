"""The gallery draws every component, so what is wrong with one shows here first; each page drawn is linted."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
SECTIONS = "\n".join(path.read_text() for path in (TEMPLATES / "sandbox/gallery").rglob("*.html"))
PLUMBING = {"icon", "form"}  # drawn through the others, or imported under another name


@pytest.mark.parametrize("face", ["portal", "site", "staff"])
def test_every_component_is_drawn_in_every_face(client, face):
    page = client.get(f"/_ui?face={face}")
    assert page.status_code == 200
    assert f'data-face="{face}"' in page.text


def test_an_unknown_face_is_the_portal(client):
    assert 'data-face="portal"' in client.get("/_ui?face=../secret").text


def test_the_gallery_leaves_no_component_out():
    shown = set(re.findall(r'from "ui/(\w+)\.html"', SECTIONS))
    made = {path.stem for path in (TEMPLATES / "ui").glob("[!_]*.html")}
    assert made - shown - PLUMBING == set()


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong_twice(client):
    page = client.post("/_ui/order", data={"email": "ann@", "disk": "5"})
    assert page.status_code == 422
    form = page.text[page.text.index('id="order"') :]
    message = "Enter an address such as ann@example.com."
    assert form.index("data-summary") < form.index(message) < form.index('value="ann@"')
    assert f'<a href="#email">{message}</a>' in form
    assert 'aria-describedby="email-error"' in form
    assert 'aria-invalid="true"' in form


def test_htmx_gets_the_refused_region_alone(client):
    region = client.post("/_ui/order", data={"email": "ann@"}, htmx="order")
    assert region.status_code == 422
    assert region.text.strip().startswith('<div id="order">')


def test_an_act_says_so_once(client):
    page = client.post("/_ui/act", follow_redirects=True)
    assert "web-02.example.net is restarting." in page.text[page.text.index('id="toasts"') :]
    again = client.get("/_ui").text.split('id="toasts"')[1]
    assert "is restarting" not in again


def test_what_opens_in_a_dialog_is_a_page_too(client):
    assert "<h1" in client.get("/_ui/name").text
    assert client.get("/_ui/name", htmx="dialogs").text.strip().startswith('<div id="name">')
