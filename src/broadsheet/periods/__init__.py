"""Calendar arithmetic: periods, labels, comparison periods."""
