"""Where everything is kept: SQLite or PostgreSQL through SQLAlchemy. Nothing outside this package imports it."""
