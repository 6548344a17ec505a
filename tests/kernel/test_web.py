import pytest

from app.kernel.settings import Settings
from tests.support import pages
from tests.support.apps import dispose, make_app


def test_every_answer_carries_its_id_and_a_strict_policy(client):
    answer = client.get("/healthz")
    assert answer.headers["X-Request-Id"].startswith("req_")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/?q=%00", "/?q=%ff%fe", "/%ff", "/a%00b", "/?%c3%28=1"])
def test_nul_and_broken_utf8_in_an_address_are_refused(client, path):
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("body", [b"theme=li%00ght", b"theme=%ff", b"%ff=1"])
def test_nul_and_broken_utf8_in_a_form_are_refused(client, body):
    answer = client.post("/choose", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/xml", ""])
def test_a_form_takes_forms_only(client, content_type):
    assert client.post("/choose", data=b"{}", content_type=content_type).status_code == 415


def test_an_oversized_body_is_refused(client):
    assert client.post("/choose", data={"theme": "x" * (3 * 1024 * 1024)}).status_code == 413


def test_more_parts_than_any_form_has_are_refused(client):
    parts = {f"field{number}": "x" for number in range(600)}
    assert client.post("/choose", data=parts, content_type="multipart/form-data").status_code == 413


@pytest.mark.parametrize("token", [None, "forged", "a.b.c", "\u2603"])
def test_a_forged_token_is_refused_with_the_page_for_it(client, token):
    data = {"theme": "dark"} | ({"csrf_token": token} if token else {})
    answer = client.post("/choose", data=data, csrf=False)
    assert answer.status_code == 419
    assert "expired" in pages.text(answer)
    assert client.get_cookie("theme") is None


def test_a_token_of_another_session_is_forged(client, make_client):
    stolen = make_client().csrf_token()
    client.csrf_token()
    assert client.post("/choose", data={"theme": "dark", "csrf_token": stolen}, csrf=False).status_code == 419


def test_a_missing_page_says_so_and_gives_the_id(client):
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.headers["X-Request-Id"] in pages.text(answer)


def test_a_fragment_gets_a_fragment_of_an_error(client):
    answer = client.get("/nowhere", htmx="panel")
    assert answer.status_code == 404
    assert "<html" not in answer.text


def test_a_program_gets_json(client):
    answer = client.get("/nowhere", headers={"Accept": "application/json"})
    assert answer.json["error"]["code"] == 404
    assert answer.json["error"]["request_id"] == answer.headers["X-Request-Id"]


def test_a_wrong_method_says_which_are_right(client):
    answer = client.get("/choose")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_fault_of_ours_is_a_500_that_tells_nothing(client, app, monkeypatch):
    def broken():
        raise ValueError("the password is hunter2")

    broken.audience = app.view_functions["health.healthz"].audience
    monkeypatch.setitem(app.view_functions, "health.healthz", broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = client.get("/healthz")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_a_language_is_kept_and_used(client):
    assert client.post("/choose", data={"locale": "nl", "next": "/nowhere"}).location == "/nowhere"
    assert '<html lang="nl"' in client.get("/nowhere").text


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/\tx"])
def test_going_on_never_leaves_the_site(client, target):
    assert client.post("/choose", data={"theme": "dark", "next": target}).location == "/"


def test_an_unknown_choice_is_refused(client):
    assert client.post("/choose", data={"locale": "xx"}).status_code == 400


def test_the_stylesheet_is_one_packed_file_that_may_be_kept_for_ever(client, app):
    name = app.extensions["bundles"]["css"].name
    answer = client.get(f"/assets/{name}", headers={"Accept-Encoding": "gzip"})
    assert answer.content_encoding == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/assets/hostler.0000.css").headers["Cache-Control"] == "no-store"
    assert client.get("/assets/settings.py").status_code == 404


class TestDemo:
    @pytest.fixture
    def demo(self, app):
        settings: Settings = app.config["SETTINGS"]
        house = make_app(settings.database_url.replace("+psycopg", ""), settings.redis_url, mode="demo")
        yield house.test_client()
        dispose(house)

    @pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
    def test_the_demo_answers_under_the_names_of_this_machine(self, demo, host):
        assert demo.get("/healthz", headers={"Host": host}).status_code == 200

    @pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:8000", "192.0.2.1"])
    def test_the_demo_answers_under_no_other_name(self, demo, host):
        assert demo.get("/healthz", headers={"Host": host}).status_code == 403

    def test_the_demo_answers_no_other_machine(self, demo):
        answer = demo.get("/healthz", environ_base={"REMOTE_ADDR": "192.0.2.7"})
        assert answer.status_code == 403


def test_an_expired_page_can_be_loaded_again(client):
    before = "http://localhost/sign-in?next=/portal"
    page = client.post("/choose", csrf=False, headers={"Referer": before})
    assert pages.soup(page).find("a", string="Load the page again")["href"] == "/sign-in?next=/portal"
    toast = client.post("/choose", csrf=False, htmx="form", headers={"HX-Current-URL": before})
    assert pages.soup(toast).select_one(".toast a")["href"] == "/sign-in?next=/portal"
    elsewhere = client.post("/choose", csrf=False, headers={"Referer": "https://evil.example/portal"})
    assert elsewhere.status_code == 419 and "Load the page again" not in elsewhere.text
