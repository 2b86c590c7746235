"""A day without its year as Spanish writes it: by Django's own, "M" begins months with a capital."""

MONTH_DAY_FORMAT = r"j \d\e b"
