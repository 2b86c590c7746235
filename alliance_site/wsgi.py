"""The site for a WSGI server: `gunicorn alliance_site.wsgi`."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest


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
