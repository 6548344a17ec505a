"""What the back office looks for, it finds on an index; and roles remember what they were once given."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WORDS = {
    "account": "name || ' ' || company",
    "user": "name || ' ' || email",
    "audit_entry": (
        "actor_name || ' ' || coalesce(behalf_name, '') || ' ' || action || ' ' || coalesce(subject_id, '')"
        " || ' ' || coalesce(ip, '') || ' ' || coalesce(request_id, '')"
        " || ' ' || left(coalesce(CAST(before AS TEXT), ''), 20000)"
        " || ' ' || left(coalesce(CAST(after AS TEXT), ''), 20000)"
    ),
}


def upgrade() -> None:
    op.add_column(
        "staff_role", sa.Column("offered", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    )
    op.alter_column("staff_role", "offered", server_default=None)
    op.create_index("ix_account_status", "account", ["status", "id"])
    op.create_index("ix_account_name", "account", [sa.text("lower(name)"), "id"])
    op.create_index("ix_address_country", "address", ["country", "kind", "account_id"])
    op.create_index(
        "ix_outbox_event_given_up",
        "outbox_event",
        ["id"],
        postgresql_where="delivered_at IS NULL AND due_at IS NULL",
    )
    for table, line in WORDS.items():
        op.execute(
            f"CREATE INDEX ix_{table}_words ON \"{table}\" "
            f"USING gin (to_tsvector('simple'::regconfig, replace({line}, '@', ' ')))"
        )


def downgrade() -> None:
    for table in WORDS:
        op.drop_index(f"ix_{table}_words", table)
    op.drop_index("ix_outbox_event_given_up", "outbox_event")
    op.drop_index("ix_address_country", "address")
    op.drop_index("ix_account_name", "account")
    op.drop_index("ix_account_status", "account")
    op.drop_column("staff_role", "offered")
