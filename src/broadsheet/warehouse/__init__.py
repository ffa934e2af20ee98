"""Engines by URL: read-only connections, snapshots of files, schema."""
