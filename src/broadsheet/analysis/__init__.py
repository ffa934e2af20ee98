"""Statistics over answers: frames in, findings out."""
