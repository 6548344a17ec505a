"""All configuration, as one typed object that refuses to exist when a value is missing or wrong."""

import base64
import binascii
import difflib
import os
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click
from flask import current_app
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from redis.connection import parse_url
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

Mode = Literal["production", "demo", "test"]
Network = IPv4Network | IPv6Network
KEY_BYTES = 32
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class SettingsError(click.ClickException):
    """Lists every wrong variable at once; as a ClickException `flask` prints it without a traceback."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        lines = "\n".join(f"  {name}: {why}" for name, why in sorted(problems.items()))
        super().__init__(f"Hostler does not start, its settings are not right:\n{lines}")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HOSTLER_", frozen=True, extra="forbid")

    mode: Mode = "production"
    home: Path = Path("var")
    port: int = Field(8000, validation_alias="PORT", ge=1, le=65535)
    database_url: str = Field(validation_alias="DATABASE_URL")
    redis_url: str = Field(validation_alias="REDIS_URL")
    secret_key: str = Field(min_length=32)
    vault_keys: Annotated[tuple[tuple[str, bytes], ...], NoDecode]

    url: str = ""
    staff_host: str = ""
    staff_networks: Annotated[tuple[Network, ...], NoDecode] = ()
    access_team: str = ""
    access_audience: str = ""
    proxies: int = Field(0, ge=0, le=5)
    metrics_token: str = ""

    brand_name: str = "Hostler"
    brand_hue: int = Field(200, ge=0, le=360)
    timezone: str = "Europe/Amsterdam"

    smtp_url: str = "smtp://127.0.0.1:25"
    mail_from: str = "Hostler <no-reply@localhost>"
    discord_url: str = ""
    sentry_dsn: str = Field("", validation_alias="SENTRY_DSN")
    sandbox_port: int | None = None

    @field_validator("database_url")
    @classmethod
    def _psycopg(cls, value: str) -> str:
        scheme, separator, rest = value.partition("://")
        if not separator or scheme.partition("+")[0] not in {"postgresql", "postgres"}:
            raise ValueError("must begin with postgresql://")
        try:
            make_url(complete := f"postgresql+psycopg://{rest}")
        except (ArgumentError, ValueError) as wrong:
            raise ValueError("must look like postgresql://user:password@host:5432/hostler") from wrong
        return complete

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str) -> str:
        if not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must begin with redis://, rediss:// or unix://")
        try:
            parse_url(value)  # type: ignore[no-untyped-call]
        except ValueError as wrong:
            raise ValueError("must look like redis://:password@host:6379/0") from wrong
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("must look like smtp://user:password@host:port or smtps://…")
        return value

    @field_validator("vault_keys", mode="before")
    @classmethod
    def _keys(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        ring = []
        for part in filter(None, value.split(",")):
            name, separator, encoded = part.strip().partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except binascii.Error:
                key = b""
            if not (separator and name and len(key) == KEY_BYTES):
                raise ValueError("each key is name:base64 of 32 bytes (make one with: flask vault new-key)")
            ring.append((name, key))
        if not ring:
            raise ValueError("needs at least one key")
        if len({name for name, _ in ring}) < len(ring):
            raise ValueError("two keys have the same name")
        return tuple(ring)

    @field_validator("staff_networks", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError) as unknown:
            raise ValueError("is not a time zone name such as Europe/Amsterdam") from unknown
        return value

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"http", "https"}:
            raise ValueError("must begin with https:// (or http:// on a private network)")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _demo_stays_home(self) -> "Settings":
        if self.mode == "production":
            if self.sandbox_port is not None:
                raise ValueError("HOSTLER_SANDBOX_PORT belongs to the demo and is set in production")
            if self.secret_key.startswith("demo-"):
                raise ValueError("HOSTLER_SECRET_KEY is the demo's and is set in production")
            if any(name.startswith("demo") for name, _ in self.vault_keys):
                raise ValueError("HOSTLER_VAULT_KEYS holds a key of the demo and is set in production")
            if not self.url:
                raise ValueError("HOSTLER_URL is missing: the address customers use, such as https://shop.example")
        elif self.url and urlsplit(self.url).hostname not in LOOPBACK:
            raise ValueError("HOSTLER_URL must be a loopback address in the demo")
        if bool(self.access_team) != bool(self.access_audience):
            raise ValueError("HOSTLER_ACCESS_TEAM must go together with HOSTLER_ACCESS_AUDIENCE: set both or neither")
        return self

    @property
    def public_url(self) -> str:
        return self.url or f"http://localhost:{self.port}"

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https:")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def environment_name(field: str) -> str:
    alias = Settings.model_fields[field].validation_alias if field in Settings.model_fields else None
    return alias if isinstance(alias, str) else f"HOSTLER_{field.upper()}"


def load_settings() -> Settings:
    known = {environment_name(field) for field in Settings.model_fields}
    problems = {
        name: f"is not a setting{_guess(name, known)}"
        for name in os.environ
        if name.startswith("HOSTLER_") and name not in known
    }
    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors():
            problems.update([_explain(cast("dict[str, Any]", problem))])
    if problems:
        raise SettingsError(problems)
    return settings


def _guess(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _explain(problem: dict[str, Any]) -> tuple[str, str]:
    message = problem["msg"].removeprefix("Value error, ")
    if not problem["loc"]:  # a rule about several settings names them itself
        name, _, rest = message.partition(" ")
        return name, rest
    field = str(problem["loc"][0])
    name = field if field.isupper() else environment_name(field)
    return name, "is missing" if problem["type"] == "missing" else message


def current_settings() -> Settings:
    return cast("Settings", current_app.config["SETTINGS"])
