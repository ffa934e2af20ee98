"""The Document: a tree of frozen values that knows no HTML, and how it is composed."""
