"""`flask config …`: what an operator is told before anything runs."""

from sqlalchemy import text

from app.kernel.db import db


def check(app):
    return app.test_cli_runner().invoke(args=["config", "check"])


def test_a_good_configuration_is_shown_without_its_secrets(app):
    result = check(app)
    assert result.exit_code == 0, result.output
    assert "HOSTLER_MODE               test" in result.output
    assert "HOSTLER_SECRET_KEY         set" in result.output
    assert "only-for-tests" not in result.output


def test_tables_of_another_release_are_noticed(app):
    db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    db.session.commit()
    result = check(app)
    assert result.exit_code == 1
    assert "flask database migrate" in result.output
