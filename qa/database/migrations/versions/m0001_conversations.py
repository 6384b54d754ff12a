"""Conversations, their exchanges, and feedback."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("collection", sa.String(100), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("tip", sa.String(32)),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.Column("deleted", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_changed", "conversations", ["changed"])
    op.create_table(
        "exchanges",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("conversation", sa.String(32), nullable=False),
        sa.Column("parent", sa.String(32)),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("worker", sa.String(32), nullable=False),
        sa.Column("beat", sa.DateTime()),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("finished", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_exchanges"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_exchanges_conversation", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["parent"], ["exchanges.id"], name="fk_exchanges_parent", ondelete="CASCADE"),
    )
    op.create_index("ix_exchanges_conversation", "exchanges", ["conversation"])
    op.create_index("ix_exchanges_parent", "exchanges", ["parent"])
    op.create_index("ix_exchanges_state_beat", "exchanges", ["state", "beat"])
    op.create_table(
        "feedback",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("liked", sa.Boolean()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("collection", sa.String(100), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
    )
