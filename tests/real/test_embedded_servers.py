"""The servers that come with Hostler: they keep what they were given and never outlive their owner."""

import signal
import subprocess
import sys

import psutil
import psycopg
import pytest
from redis import Redis

from app.kernel import embedded
from app.kernel.embedded_servers import CannotStart
from tests.support.processes import left_after

OWNER = """
import sys
from pathlib import Path
from app.kernel import embedded
with embedded.servers(Path(sys.argv[1])) as urls:
    print(*urls, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def start_owner(tmp_path):
    """Another process that owns the servers of `tmp_path`; returns it with their addresses."""
    owners = []

    def start():
        owner = subprocess.Popen(
            [sys.executable, "-c", OWNER, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        owners.append(owner)
        return owner, owner.stdout.readline().split()

    yield start
    for owner in owners:
        owner.kill()
        owner.communicate()


def test_what_was_stored_is_there_after_a_restart(tmp_path):
    with embedded.servers(tmp_path) as (database_url, redis_url):
        with psycopg.connect(database_url) as connection:
            connection.execute("CREATE TABLE lamp AS SELECT 'lit' AS state")
        with Redis.from_url(redis_url) as redis:
            redis.set("lamp", "lit")
    with embedded.servers(tmp_path) as (database_url, redis_url):
        with psycopg.connect(database_url) as connection:
            assert connection.execute("TABLE lamp").fetchone() == ("lit",)
        with Redis.from_url(redis_url) as redis:
            assert redis.get("lamp") == b"lit"


def test_an_owner_that_is_killed_takes_the_servers_along_and_the_next_one_starts(start_owner, tmp_path):
    owner, (database_url, _redis_url) = start_owner()
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE lamp AS SELECT 'lit' AS state")
    servers = psutil.Process(owner.pid).children(recursive=True)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    assert left_after(servers, 20) == []
    with embedded.servers(tmp_path) as (database_url, _redis_url), psycopg.connect(database_url) as connection:
        assert connection.execute("TABLE lamp").fetchone() == ("lit",)


def test_a_home_has_one_owner_and_everybody_else_finds_it(start_owner, tmp_path):
    assert embedded.running(tmp_path) is None
    _owner, urls = start_owner()
    assert list(embedded.running(tmp_path)) == urls
    with pytest.raises(CannotStart, match="already runs from"), embedded.servers(tmp_path):
        pass


def test_addresses_that_are_given_are_used(tmp_path):
    with embedded.servers(tmp_path, "postgresql://elsewhere/db", "redis://elsewhere/0") as urls:
        assert urls == ("postgresql://elsewhere/db", "redis://elsewhere/0")
    assert not (tmp_path / "postgres").exists()
    assert not (tmp_path / "valkey").exists()


def test_a_home_with_a_very_long_path_works(tmp_path):
    home = tmp_path / ("long" * 25)
    with embedded.servers(home, redis_url="redis://elsewhere/0") as (database_url, _), psycopg.connect(database_url):
        pass


def test_a_server_that_cannot_start_says_why(tmp_path):
    with embedded.servers(tmp_path, redis_url="redis://elsewhere/0"):
        pass
    (tmp_path / "postgres" / "data" / "postgresql.conf").write_text("nonsense = 1\n")
    with (
        pytest.raises(CannotStart, match="nonsense"),
        embedded.servers(tmp_path, redis_url="redis://elsewhere/0"),
    ):
        pass
