"""Whoever reads Dutch reads nothing else: each text has its words, and each page and letter uses them."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from app.kernel import clock
from app.kernel.audience import audience_of
from app.kernel.db import db
from app.kernel.forms import Form
from app.kernel.lifecycle import Living
from app.office import letters
from app.office.models import SentMail
from app.people import acts, auditing
from tests.support import pages
from tests.support.matrix_samples import furnish, values_for
from tools import translations

ROOT = Path(__file__).parent.parent
LANGUAGE = "nl"
TELLING = 12  # letters; a shorter text may well be a word of both languages
# In almost every English sentence, and in no Dutch one.
ENGLISH = re.compile(
    r"(?<![\w-])(the|and|you|your|with|this|that|they|for|from|are|has|have|will|been)(?![\w-])", re.IGNORECASE
)
MARKS = re.compile(r"%\(\w+\)s|<[^>]+>|\*\*")
SHOWN = ("aria-label", "placeholder", "title", "alt", "data-label", "data-done")
# Who opens the pages of each audience.
READERS = {"visitor": {"public", "signed_link"}, "owner": {"customer", "signed_in"}, "staff owner": {"staff"}}
SAMPLES = {"gallery"}  # shows what pages are made of, with texts of nobody


@pytest.fixture(scope="module")
def gathered(tmp_path_factory) -> Catalog:
    path = tmp_path_factory.mktemp("texts") / "texts.pot"
    translations.gather(str(path))
    with path.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def dutch() -> Catalog:
    with (ROOT / "translations" / LANGUAGE / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=LANGUAGE)


@pytest.fixture(scope="module")
def english(dutch) -> re.Pattern:
    """Whatever stands between the values of an English text, where it is long enough to be told by."""
    texts = {part for message in dutch if message.id for part in parts_of(message)}
    assert len(texts) > 500
    return re.compile("|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True)))


def parts_of(message):
    translated = " ".join(forms(message.string))
    for text in forms(message.id):
        for part in MARKS.split(text):
            if len(re.findall(r"[a-zA-Z]", part)) > TELLING and part.strip() not in translated:
                yield part.strip()


def forms(text):
    return (text,) if isinstance(text, str) else text


# ---------------------------------------------------------------- the catalogue


def test_every_text_has_its_words(gathered, dutch):
    missing = [message.id for message in gathered if message.id and message.id not in dutch]
    assert not missing, "python -m tools.translations gathers them, then translate"
    assert not [message.id for message in dutch if message.id and not all(forms(message.string))]


def test_nothing_is_guessed_or_left_over(gathered, dutch):
    assert not [message.id for message in dutch if message.id and message.fuzzy]
    assert not [message.id for message in dutch if message.id and message.id not in gathered]
    assert not dutch.obsolete


def test_values_and_marks_stand_on_both_sides(dutch):
    assert not [(message.id, errors) for message, errors in dutch.check()]
    for message in dutch:
        if not message.id:
            continue  # the head of the file
        wanted, given = forms(message.id)[-1], forms(message.string)[-1]
        assert sorted(MARKS.findall(wanted)) == sorted(MARKS.findall(given)), wanted
        assert wanted[-1:].isspace() == given[-1:].isspace(), wanted


def test_a_status_is_a_word(dutch):
    lives = [model.lifecycle for model in Living.__subclasses__() if model.__module__.startswith("app.")]
    assert lives
    for life in lives:
        assert life.noun, f"what does a person call a {life.name}?"
        assert not [status for status in life.statuses if status.replace("_", " ") not in dutch]


def test_an_act_is_named():
    written = {
        found
        for path in (ROOT / "app").glob("**/*.py")
        for found in re.findall(r"(?:record|notice)\(\s*\"(\w+\.\w+)\"", path.read_text(encoding="utf-8"))
    }
    assert len(written) > 30
    assert not [act for act in written if acts.named(act) == act]


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("who", READERS)
def test_pages_are_dutch(cast, app, english, who):
    things = furnish(cast)
    with app.test_request_context():
        auditing.record("security.password", cast.owner)
    client = cast[who]()
    client.set_cookie("locale", LANGUAGE)
    read = 0
    for rule in app.url_map.iter_rules():
        audience = audience_of(app, rule.endpoint)
        if "GET" not in rule.methods or audience.kind not in READERS[who] or rule.endpoint.split(".")[0] in SAMPLES:
            continue
        with app.test_request_context():
            address = rule.build(values_for(rule, things), append_unknown=False)[1]
        answer = client.get(address)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            read += 1
            for text in visible(answer):
                assert not english.search(text), f"{address}: {text}"
                assert not ENGLISH.search(text), f"{address}: {text}"
    assert read > 8


def test_refusals_are_dutch(client, english):
    client.set_cookie("locale", LANGUAGE)
    answers = [
        client.get("/nowhere"),
        client.post("/sign-in", data={}, csrf=False),
        client.submit("/sign-in", "main form", email="nobody@people.test", password="wrong"),
        client.submit("/register", "main form", name="x" * 300, email="no address", password="short"),
    ]
    assert [answer.status_code for answer in answers] == [404, 419, 422, 422]
    for answer in answers:
        for text in visible(answer):
            assert not english.search(text), text
            assert not ENGLISH.search(text), text


def test_the_form_library_speaks_dutch_too(app):
    class Order(Form):
        name = StringField("Naam", [InputRequired()])
        size = SelectField("Maat", choices=["s", "m"])

    with app.test_request_context(method="POST", data={"size": "xl"}, headers={"Cookie": f"locale={LANGUAGE}"}):
        form = Order(meta={"csrf": False})
        assert not form.validate()
        assert form.errors == {"name": ["Dit veld is vereist."], "size": ["Ongeldige keuze."]}


def visible(answer):
    page = pages.soup(answer)
    yield from (text.strip() for text in page.find_all(string=True) if text.strip() and text.parent.name != "script")
    yield from (one[name] for one in page.find_all(True) for name in SHOWN if one.get(name))


# ---------------------------------------------------------------- letters


def test_letters_are_dutch(cast, english):
    furnished = furnish(cast)
    cast.owner.email_verified_at = None
    facts = {
        "account": cast.account.public_id,
        "agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "at": "2026-03-01T10:00:00+00:00",
        "by": cast.staff["owner"].public_id,
        "invitation": furnished["people_team.public_id"],
        "ip": "203.0.113.7",
        "new_email": "other@people.test",
        "user": cast.team["billing"].public_id,
        "what": "password",
    }
    for template in letters.catalogue:
        mail = SentMail(
            user=cast.owner, recipient=cast.owner.email, template=template, cause="dutch", locale=LANGUAGE, facts=facts
        )
        mail.due_at = clock.now()
        db.session.add(mail)
        db.session.flush()
        letter = letters.write(mail)
        for text in (letter.subject, letter.text, BeautifulSoup(letter.html, "html.parser").get_text(" ")):
            assert not english.search(text), f"{template}: {text}"
            assert not ENGLISH.search(text), f"{template}: {text}"
