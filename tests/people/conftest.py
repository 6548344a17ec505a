from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from app.people import passwords


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords of tests open nothing: hash them quickly, with everything else about the hash as it is."""
    for cached in (passwords._dummy, passwords._dummy_bcrypt):
        cached.cache_clear()
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=256, parallelism=1))
    monkeypatch.setattr(passwords, "BCRYPT_COST", 4)
    yield
    for cached in (passwords._dummy, passwords._dummy_bcrypt):
        cached.cache_clear()
