"""The site for a WSGI server: `gunicorn alliance_site.wsgi`."""

import os
from importlib import import_module

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

from alliance_site.garbage import look_past_what_is_loaded


class Utf8Request(WSGIRequest):
    """Reads every request as UTF-8, as browsers send it, whatever encoding the request says it is in.

    Python knows encodings that yield what no column takes, and some that are not even text.
    """

    encoding = property(lambda self: "utf-8", lambda self, value: None)


class Application(WSGIHandler):
    request_class = Utf8Request


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance_site.settings")
django.setup(set_prefix=False)
application = Application()
import_module(settings.ROOT_URLCONF)  # all pages, now rather than while somebody waits for the first
look_past_what_is_loaded()
