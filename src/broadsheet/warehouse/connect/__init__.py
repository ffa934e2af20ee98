"""A stranger's data: what lies at a connection, and the sources that could be declared for it."""
