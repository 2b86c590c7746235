#!/usr/bin/env python
"""Run a management command, on the servers the environment names or on the embedded ones."""

import os
import sys

from alliance_site.local import servers


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance_site.settings")
    servers.provide()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
