"""What a running schedule tells of itself by HTTP: does it live, can it work, and its figures for Prometheus."""
