"""Broadsheet: scheduled business reports that executives trust."""

__version__ = "0.1.0"
