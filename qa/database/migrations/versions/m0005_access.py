"""Roles that people have, whose each conversation and ingest is, and conversations that are shared by a link."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

# What there was before belongs to who works on this machine without an account.
_LOCAL = "local"


def upgrade() -> None:
    """Add the owners, and make the tables of grants and shares."""
    for table in ("conversations", "ingests"):
        op.add_column(table, sa.Column("owner", sa.String(200), nullable=False, server_default=_LOCAL))
    op.create_index("ix_conversations_owner", "conversations", ["owner"])
    op.create_table(
        "grants",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("collection", sa.String(100), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
    )
    op.create_index("ix_grants_person", "grants", ["person"])
    op.create_table(
        "shares",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("conversation", sa.String(32), nullable=False),
        sa.Column("tip", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_shares"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_shares_conversation", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_shares_conversation", "shares", ["conversation"])
