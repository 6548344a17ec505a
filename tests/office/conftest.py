"""Somebody to write to."""

import pytest

from app.people.models import User
from tests.support.people import make_user


@pytest.fixture
def anna(app) -> User:
    return make_user("Anna Example", email="anna@example.com")
