#!/usr/bin/env python
"""Django's commands. What the environment does not name is the checkout's own: its secret key, its
PostgreSQL.
"""

import os
import sys

from django.core.management import execute_from_command_line

WITHOUT_DATABASE = {"check", "check_bpmn", "collectstatic", "help", "version", "workflow_docs"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if os.environ.keys() & {"DATABASE_URL", "DATABASE_URL_FILE"}:
        execute_from_command_line(sys.argv)
        return
    from scripts import local

    if os.environ.get("DEBUG", "0") in ("", "0"):
        os.environ.setdefault("SECRET_KEY", local.secret_key())
    if command in WITHOUT_DATABASE:
        execute_from_command_line(sys.argv)
        return
    with local.database() as address:
        os.environ["DATABASE_URL"] = address
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
