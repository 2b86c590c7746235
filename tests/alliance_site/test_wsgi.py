"""A web process as it is when it begins to answer."""

from __future__ import annotations

import subprocess
import sys

from alliance_site.garbage import OFTEN

LOADED = "people.views"  #: of which nothing else asks before somebody opens a page
TOLD = f"""
import gc, sys
import alliance_site.wsgi
print({LOADED!r} in sys.modules, gc.get_freeze_count() > 2 * len(gc.get_objects()))
print(gc.isenabled(), gc.get_threshold()[0])
"""


def test_it_has_loaded_its_pages_and_looks_for_garbage_among_what_comes_after_them():
    told = subprocess.run([sys.executable, "-c", TOLD], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "True", "True", str(OFTEN)]
