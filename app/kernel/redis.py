"""The Redis (or Valkey) of the current app: sessions, queues, limits, breakers. Nothing that must not be lost."""

from typing import TYPE_CHECKING, cast

from flask import Flask, current_app
from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry
from werkzeug.local import LocalProxy

if TYPE_CHECKING:
    redis: Redis
else:
    redis = LocalProxy(lambda: cast("Redis", current_app.extensions["redis"]))


def init_redis(app: Flask, url: str) -> None:
    # Bytes stay bytes: RQ stores compressed job data through the same client.
    app.extensions["redis"] = Redis.from_url(
        url, socket_connect_timeout=2, retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), 2), health_check_interval=30
    )
