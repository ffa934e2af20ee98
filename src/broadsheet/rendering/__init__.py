"""Theme, charts, HTML, PDF and email body, each a function of a Document."""
