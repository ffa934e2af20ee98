"""Bundles of finished editions, content-addressed."""
