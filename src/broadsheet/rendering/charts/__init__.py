"""Charts: a `Chart` value becomes SVG for pages and a picture for mails."""
