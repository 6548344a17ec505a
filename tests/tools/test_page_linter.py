"""The linter finds what it is for; a linter that finds nothing proves nothing."""

import pytest

from tests.support.pages import lint

PAGE = """<!doctype html><html lang="en"><head><title>Invoices · Hostler</title>
<meta name="viewport" content="width=device-width"></head>
<body><main id="main"><h1>Invoices</h1>{}</main></body></html>"""
FORM = '<form method="post" action="/x"><input type="hidden" name="csrf_token" value="t">{}</form>'


def test_a_sound_page_passes():
    table = '<table><caption>All</caption><tr><th scope="col">No</th></tr></table>'
    field = '<label for="a">Name</label><input id="a" name="a"><button type="submit">Save</button>'
    assert lint(PAGE.format("<h2>Open</h2>" + table + FORM.format(field))) == []


@pytest.mark.parametrize(
    ("inside", "complaint"),
    [
        ("<h1>Another</h1>", "2 h1"),
        ("<h3>Deep</h3>", "follows a heading of level 1"),
        ('<p id="a"></p><p id="a"></p>', "'a' 2 times"),
        ('<p style="color: red">x</p>', "attribute style"),
        ('<p onclick="x()">x</p>', "attribute onclick"),
        ("<script>x()</script>", "inline <script>"),
        ('<a href="javascript:x()">x</a>', "script in href"),
        ('<a href="#">x</a>', "leads nowhere"),
        ('<a href="/x"></a>', "has no text"),
        ('<a href="#gone">x</a>', "#gone, which is not there"),
        ('<img src="/x">', "has no alt"),
        ("<table><tr><th>x</th></tr></table>", "no caption"),
        (FORM.format('<input name="a">'), "has no label"),
        ('<form method="post" action="/x"></form>', "without a CSRF token"),
        ('<form method="get"></form>', "has no action"),
        (FORM.format("").replace("post", "get"), "CSRF token into an address"),
        ('<button hx-post="/x" type="button">x</button>', "no hx-target and no hx-swap"),
        ("<p><b>x</p></b>", "closes"),
        ("<div>", "closes <div>"),
        (FORM.format(FORM.format("")), "form within a form"),
    ],
)
def test_each_fault_is_named(inside, complaint):
    assert complaint in "\n".join(lint(PAGE.format(inside)))


def test_a_title_begins_with_the_heading():
    assert "does not begin" in "\n".join(lint(PAGE.format("").replace("<title>Invoices", "<title>Bills")))


def test_a_fragment_needs_no_frame():
    assert lint('<div id="region"><p>Saved.</p></div>') == []
