#!/usr/bin/env python
"""Run a management command, on the servers the environment names or on the embedded ones."""

import os
import sys

from alliance_site.local import prepare, servers
from alliance_site.local.folder import Refused


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance_site.settings")
    servers.provide()
    from django.core.management import execute_from_command_line
    from django.db import ProgrammingError

    try:
        execute_from_command_line(sys.argv)
    except ProgrammingError:
        # Of a table or a column that is not there yet: which is no mistake of the command.
        if not prepare.is_due():
            raise
        raise Refused("The database is not prepared yet: python -m alliance_site.local.prepare") from None


if __name__ == "__main__":
    main()
