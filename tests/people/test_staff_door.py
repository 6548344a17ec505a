"""The locks before the back office: its own host, known networks, and Cloudflare Access."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from app.kernel import clock
from app.kernel.redis import redis
from app.people.access import keys
from app.people.access.team import WrongTeam, address_of
from tests.support.pages import text

AUDIENCE = "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2"


@contextmanager
def settings(app, **changed) -> Iterator[None]:
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = before.model_copy(update=changed)
    try:
        yield
    finally:
        app.config["SETTINGS"] = before


# ---------------------------------------------------------------- host and network


def test_staff_pages_live_on_their_own_host_alone(cast, app):
    client = cast["staff owner"]()
    with settings(app, staff_host="staff.shop.test"):
        assert client.get("/staff").status_code == 404
        assert client.get("/staff/customers").status_code == 404
        assert cast["visitor"]().get("/staff").status_code == 404
        assert cast["owner"]().get("/account").status_code == 200
    with settings(app, staff_host="LOCALHOST"):
        assert client.get("/staff").status_code == 200
    with settings(app, staff_host="localhost:8000"):
        assert client.get("/staff").status_code == 404


def test_staff_pages_open_from_known_networks_alone(cast, app):
    client = cast["staff owner"]()
    with settings(app, staff_networks=(ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))):
        assert client.get("/staff").status_code == 404
        for near in ("10.1.2.3", "2001:db8::7", "::ffff:10.1.2.3"):
            assert client.get("/staff", environ_base={"REMOTE_ADDR": near}).status_code == 200, near
        for far in ("11.1.2.3", "2001:db9::7", "unix:", ""):
            assert client.get("/staff", environ_base={"REMOTE_ADDR": far}).status_code == 404, far
        assert client.get("/staff", headers={"X-Forwarded-For": "10.1.2.3"}).status_code == 404


# ---------------------------------------------------------------- Cloudflare Access


class Access:
    """The team's certificates on a loopback server, and the keys behind them."""

    def __init__(self) -> None:
        self.private = {"first": rsa.generate_private_key(65537, 2048)}
        self.published = {"first"}
        self.asked = 0
        self.broken = False
        access = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                access.asked += 1
                if access.broken or self.path != "/cdn-cgi/access/certs":
                    self.send_error(503)
                    return
                body = json.dumps(access.certificates()).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments):
                """Not into the tests' output."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def certificates(self):
        return {
            "keys": [
                json.loads(RSAAlgorithm.to_jwk(self.private[kid].public_key()))
                | {"kid": kid, "alg": "RS256", "use": "sig"}
                for kid in sorted(self.published)
            ],
            "public_cert": {"kid": "first", "cert": "…"},
            "public_certs": [],
        }

    def rotate(self, kid):
        self.private[kid] = rsa.generate_private_key(65537, 2048)
        self.published.add(kid)

    def claims(self, email, **changed):
        now = int(clock.now().timestamp())
        claims = {
            "aud": [AUDIENCE], "email": email, "exp": now + 600, "iat": now, "nbf": now, "iss": self.url,
            "type": "app", "identity_nonce": "x", "sub": "7335d417", "country": "NL",
        } | changed  # fmt: skip
        return {name: value for name, value in claims.items() if value is not None}

    def vouch(self, email, *, kid="first", alg="RS256", key=None, headers=None, **changed):
        key = key if key is not None else self.private[kid]
        return jwt.encode(self.claims(email, **changed), key, algorithm=alg, headers={"kid": kid} | (headers or {}))


@pytest.fixture(scope="module")
def _server():
    access = Access()
    yield access
    access.server.shutdown()
    access.server.server_close()


@pytest.fixture
def access(cast, app, _server):
    _server.published, _server.asked, _server.broken = {"first"}, 0, False
    with settings(app, access_team=_server.url, access_audience=AUDIENCE):
        yield _server


@pytest.fixture
def owner(cast):
    return cast["staff owner"]()


def knock(client, assertion=None, path="/staff"):
    headers = {"Cf-Access-Jwt-Assertion": assertion} if assertion is not None else {}
    return client.get(path, headers=headers)


def a_minute_later():
    for key in redis.scan_iter("access-keys:*:asked"):
        redis.delete(key)


def test_who_is_vouched_for_comes_in_and_the_keys_are_asked_for_once(cast, access, owner):
    mine = access.vouch(cast.staff["owner"].email)
    assert knock(owner, mine).status_code == 200
    assert knock(owner, mine, "/staff/customers").status_code == 200
    assert access.asked == 1


def test_without_an_assertion_nobody_comes_in(access, owner):
    answer = knock(owner)
    assert answer.status_code == 403
    assert "did not vouch for you" in text(answer)
    header = {"Cf-Access-Authenticated-User-Email": "staff-owner@people.test"}
    assert owner.get("/staff", headers=header).status_code == 403
    owner.set_cookie("CF_Authorization", access.vouch("staff-owner@people.test"))
    assert knock(owner).status_code == 403


def test_a_visitor_who_is_vouched_for_still_signs_in(cast, access):
    answer = knock(cast["visitor"](), access.vouch("staff-owner@people.test"))
    assert answer.status_code == 303
    assert "/sign-in" in answer.location


def test_it_must_vouch_for_the_person_who_is_signed_in(cast, access, owner):
    answer = knock(owner, access.vouch("staff-support@people.test"))
    assert answer.status_code == 403
    assert "somebody else" in text(answer)
    assert knock(owner, access.vouch("Staff-Owner@People.Test")).status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://somebody-else.cloudflareaccess.com"},
        {"iss": None},
        {"aud": ["another application"]},
        {"aud": None},
        {"type": "org"},
        {"type": None},
        {"email": None, "common_name": "robot.access", "sub": ""},
        {"email": ""},
        {"exp": None},
        {"nbf": None},
        {"iat": None},
        {"exp": "tomorrow"},
    ],
    ids=str,
)
def test_each_claim_is_checked(access, owner, changed):
    claims = {"email": "staff-owner@people.test"} | changed
    try:
        assertion = access.vouch(claims.pop("email"), **claims)
    except TypeError:  # PyJWT itself does not write such a claim
        pytest.skip("cannot be written")
    assert knock(owner, assertion).status_code == 403


@pytest.mark.parametrize(
    ("name", "seconds", "status"),
    [
        ("exp", -59, 200),
        ("exp", -61, 403),
        ("nbf", 59, 200),
        ("nbf", 61, 403),
        ("iat", 59, 200),
        ("iat", 61, 403),
    ],
)
def test_clocks_may_differ_by_a_minute(access, owner, name, seconds, status):
    with clock.at(clock.now().replace(microsecond=0)) as now:
        assertion = access.vouch("staff-owner@people.test", **{name: int(now.timestamp()) + seconds})
        assert knock(owner, assertion).status_code == status


def test_only_rs256_counts(access, owner):
    email = "staff-owner@people.test"
    public = access.private["first"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    unsigned = access.vouch(email, alg="none", key="")
    assert knock(owner, unsigned).status_code == 403
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        shared = access.vouch(email, alg="HS256", key="secret")
    assert knock(owner, shared).status_code == 403
    assert knock(owner, _signed_with_the_public_key(access, email, public)).status_code == 403
    assert knock(owner, access.vouch(email, alg="RS512")).status_code == 403
    assert knock(owner, access.vouch(email, alg="PS256")).status_code == 403


def _signed_with_the_public_key(access, email, public):
    """The old trick: a public key taken for a shared secret. PyJWT does not sign so; by hand it is done quickly."""
    import hashlib
    import hmac
    from base64 import urlsafe_b64encode

    def part(value):
        return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    head = part({"alg": "HS256", "kid": "first", "typ": "JWT"}) + b"." + part(access.claims(email))
    return (head + b"." + urlsafe_b64encode(hmac.new(public, head, hashlib.sha256).digest()).rstrip(b"=")).decode()


@pytest.mark.parametrize("broken", ["", "x", "a.b.c", "ey.ey.ey", "\u00e9", "a" * 9000, "..", "null"])
def test_garbage_is_refused(access, owner, broken):
    assert knock(owner, broken).status_code == 403


def test_a_signature_by_another_key_of_the_same_name_is_refused(access, owner):
    forged = access.vouch("staff-owner@people.test", key=rsa.generate_private_key(65537, 2048))
    assert knock(owner, forged).status_code == 403


def test_a_new_key_is_fetched_at_most_once_a_minute(access, owner):
    email = "staff-owner@people.test"
    assert knock(owner, access.vouch(email)).status_code == 200
    access.rotate("second")
    assert knock(owner, access.vouch(email, kid="second")).status_code == 200
    assert access.asked == 2
    access.rotate("third")
    access.published.discard("third")
    for _ in range(5):
        assert knock(owner, access.vouch(email, kid="third")).status_code == 403
    assert access.asked == 2
    access.published.add("third")
    a_minute_later()
    assert knock(owner, access.vouch(email, kid="third")).status_code == 200
    assert access.asked == 3


def test_the_keys_are_kept_for_an_hour_and_used_on_when_they_cannot_be_had(access, owner):
    assert knock(owner, access.vouch("staff-owner@people.test")).status_code == 200
    access.broken = True
    with clock.at(clock.now() + timedelta(minutes=59)):
        assert knock(owner, access.vouch("staff-owner@people.test")).status_code == 200
        assert access.asked == 1
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert knock(owner, access.vouch("staff-owner@people.test")).status_code == 200
        assert access.asked > 1
        asked = access.asked
        assert knock(owner, access.vouch("staff-owner@people.test")).status_code == 200
        assert access.asked == asked


def test_without_any_keys_nobody_comes_in(access, owner):
    access.broken = True
    assert knock(owner, access.vouch("staff-owner@people.test")).status_code == 403


@pytest.mark.parametrize(
    "certificates", [{}, {"keys": []}, {"keys": None}, {"keys": [{"kty": "oct", "kid": "first"}]}, []]
)
def test_an_answer_that_is_no_set_of_keys_opens_nothing(access, owner, monkeypatch, certificates):
    monkeypatch.setattr(access, "certificates", lambda: certificates)
    assert knock(owner, access.vouch("staff-owner@people.test")).status_code == 403


def test_customers_need_no_access_for_their_portal(cast, access):
    assert cast["owner"]().get("/account").status_code == 200


def test_a_team_is_named_or_addressed():
    assert address_of("acme") == "https://acme.cloudflareaccess.com"
    assert address_of("acme.cloudflareaccess.com") == "https://acme.cloudflareaccess.com"
    assert address_of("https://acme.example/") == "https://acme.example"
    with pytest.raises(WrongTeam):
        address_of("http://acme.cloudflareaccess.com")


def test_the_minute_is_kept_by_redis(app):
    assert keys._may_ask("x")
    assert not keys._may_ask("x")
    assert 0 < redis.ttl("access-keys:x:asked") <= 60
