"""What the stories in the browser share: who is signed in there, and the letters they get."""

import pytest

from tests.support.apps import work_off
from tests.support.people import sign_in


@pytest.fixture
def enter(live):
    """`enter(page, user)`: that browser is now signed in as them. In an app context of `live`."""

    def put_cookie(page, user, **further):
        client = sign_in(live.client(), user, **further)
        client.get("/healthz")
        cookie = client.get_cookie("hostler")
        page.context.add_cookies([{"name": "hostler", "value": cookie.value, "url": live.url}])
        return page

    return put_cookie


@pytest.fixture
def letter_to(live, letterbox_alone):
    """`letter_to("ann@example.com")`: the newest one, once the queued work is done."""
    letterbox_alone.serve(live.app)

    def newest(email):
        work_off(live.app)
        return [letter for letter in letterbox_alone.letters if letter.to == email][-1]

    return newest
