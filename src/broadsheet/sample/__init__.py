"""The sample company: a fictitious warehouse, deterministic by seed."""
