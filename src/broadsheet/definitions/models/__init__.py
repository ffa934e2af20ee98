"""Pydantic models of every YAML file; each turns shorthand into one canonical form."""
