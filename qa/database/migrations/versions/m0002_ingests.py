"""What the page ingests: its jobs and their failures, watched folders, files that stay out, folders of uploads."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of ingests."""
    op.create_table(
        "ingests",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("collection", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("watch", sa.String(32)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("worker", sa.String(32), nullable=False),
        sa.Column("beat", sa.DateTime()),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("started", sa.DateTime()),
        sa.Column("finished", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_ingests"),
    )
    op.create_index("ix_ingests_created", "ingests", ["created"])
    op.create_index("ix_ingests_state_beat", "ingests", ["state", "beat"])
    op.create_table(
        "ingest_failures",
        sa.Column("ingest", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("partly", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ingest", "number", name="pk_ingest_failures"),
        sa.ForeignKeyConstraint(["ingest"], ["ingests.id"], name="fk_ingest_failures_ingest", ondelete="CASCADE"),
    )
    op.create_table(
        "watches",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("collection", sa.String(100), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("worker", sa.String(32), nullable=False),
        sa.Column("beat", sa.DateTime()),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watches"),
    )
    op.create_table(
        "left_out",
        sa.Column("collection", sa.String(100), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("collection", "key", name="pk_left_out"),
    )
    op.create_table(
        "upload_folders",
        sa.Column("collection", sa.String(100), nullable=False),
        sa.Column("folder", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("collection", name="pk_upload_folders"),
        sa.UniqueConstraint("folder", name="uq_upload_folders_folder"),
    )
