"""Where alembic begins: on the connection that `qa.database.engine` opened."""

from alembic import context

from qa.database.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
