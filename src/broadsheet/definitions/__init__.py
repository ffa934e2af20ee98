"""The YAML definitions of a workspace: strict loader, models, checks."""
