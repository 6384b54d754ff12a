"""Which conversation each terminal holds, so that its next command can go on with it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table of terminals."""
    op.create_table(
        "terminals",
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("conversation", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("place", "terminal", name="pk_terminals"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_terminals_conversation", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_terminals_conversation", "terminals", ["conversation"])
