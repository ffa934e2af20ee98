"""The preview: a report as its author edits it, in a browser on the same machine."""
