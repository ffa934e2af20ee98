"""Channels that carry an edition to a recipient and report an outcome."""
