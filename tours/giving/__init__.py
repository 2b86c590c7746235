"""Giving programmes: `standing` says who cannot get one and why, `copying` makes a person's terms of the
texts, `working` does it in the background."""
