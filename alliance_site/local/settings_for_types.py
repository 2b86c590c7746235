"""The settings as mypy reads them: all apps are there, and no server needs to be."""

import os

os.environ.update(DEMONSTRATION="1", SECRET_KEY="for-types-only")  # noqa: S106

from alliance_site.settings import *  # noqa: F403
