"""The site that the browser looks at."""

from __future__ import annotations

import time
import urllib.request
from threading import Event, Thread

from tests.browser.conftest import ServerThread


def test_it_ends_no_sooner_than_what_was_asked_of_it():
    """Or a session of its own would keep the tests' database from being dropped."""
    asked, answered = Event(), Event()

    def slow(environ, start_response):
        asked.set()
        time.sleep(0.3)
        answered.set()
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    site = ServerThread("localhost", static_handler=lambda _application: slow)
    site.start()
    site.is_ready.wait()
    asking = Thread(target=urllib.request.urlopen, args=[f"http://localhost:{site.port}"])
    asking.start()
    reached = asked.wait(10)
    site.terminate()
    asking.join(10)
    assert reached
    assert answered.is_set()
