"""The database goes and comes back: whoever asks next is told so once, and nobody after them."""

from sqlalchemy import create_engine, text

from app.kernel.db import db
from tests.support.people import make_account, make_user, sign_in

CUT = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> :me")


def test_a_lost_database_costs_one_answer(own_database):
    client = own_database.client()
    with own_database.app.app_context():
        ann = make_user("Ann")
        make_account("Example BV", owner=ann)
        db.session.commit()
        sign_in(client, ann)
    assert client.get("/portal").status_code == 200
    _cut_all_connections(own_database.database_url)
    assert [client.get("/portal").status_code for _ in range(3)] == [503, 200, 200]


def _cut_all_connections(database_url):
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        me = connection.scalar(text("SELECT pg_backend_pid()"))
        assert connection.execute(CUT, {"me": me}).rowcount
    engine.dispose()
