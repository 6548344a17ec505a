"""`python -m app.sandbox`: comes up where it was told to, takes mail, ends when asked, and stays on this machine."""

import os
import signal
import smtplib
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.kernel.settings import Settings, SettingsError
from app.sandbox.__main__ import ports
from app.sandbox.mailbox import Mailbox
from app.sandbox.vendors import discord_shelf
from tests.support.apps import environment
from tests.support.letterbox import free_port


def settings(**changes: object) -> Settings:
    base = {
        "mode": "demo",
        "DATABASE_URL": "postgresql://localhost/x",
        "REDIS_URL": "redis://localhost",
        "secret_key": "demo-" + "x" * 40,
        "vault_keys": "demo:" + "AAAA" * 10 + "AAA=",
        "smtp_url": "smtp://127.0.0.1:8025",
        "sandbox_port": 8026,
    }
    return Settings(**(base | changes))


def test_it_reads_its_ports_from_the_settings() -> None:
    assert ports(settings()) == (8025, 8026)


@pytest.mark.parametrize(
    "changes",
    [
        {"smtp_url": "smtp://mail.example.com:25"},
        {"smtp_url": "smtp://0.0.0.0:8025"},
        {"smtp_url": "smtp://127.0.0.1"},
        {"sandbox_port": None},
        {
            "mode": "production",
            "sandbox_port": None,
            "url": "https://shop.example",
            "secret_key": "x" * 40,
            "vault_keys": "main:" + "AAAA" * 10 + "AAA=",
        },
    ],
)
def test_it_does_not_leave_this_machine_nor_serve_production(changes: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        ports(settings(**changes))


def test_the_process_takes_mail_and_alerts_and_ends_when_asked(tmp_path: Path) -> None:
    smtp, http = free_port(), free_port()
    told = environment("postgresql://localhost/x", "redis://localhost") | {
        "HOSTLER_HOME": str(tmp_path),
        "HOSTLER_SMTP_URL": f"smtp://127.0.0.1:{smtp}",
        "HOSTLER_SANDBOX_PORT": str(http),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "app.sandbox"], env=os.environ | told, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert str(smtp) in process.stdout.readline()
        with smtplib.SMTP("127.0.0.1", smtp) as server:
            server.sendmail("a@example.com", "b@example.com", "Subject: Hello\r\n\r\nHello.")
        answer = httpx.post(f"http://127.0.0.1:{http}/discord/api/v10/webhooks/1/x", json={"content": "Hello"})
        assert answer.status_code == 204
        assert httpx.get(f"http://127.0.0.1:{http}/elsewhere").status_code == 404
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=20)
        if process.stdout:
            process.stdout.close()
    assert code == 0
    assert [letter.subject for letter in Mailbox(tmp_path).newest()] == ["Hello"]
    assert len(discord_shelf(tmp_path).newest()) == 1
