"""The web process as in production, with the pages of the benchmark."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"

from alliance_site.wsgi import application

__all__ = ["application"]
