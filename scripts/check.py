"""The static checks, all of them even when one fails. Prints only what is wrong."""

import os
import subprocess
import sys

from scripts import lock

ROOT = lock.ROOT
BIN = ROOT / ".venv/bin"


def _commands() -> dict[str, list[str]]:
    manage = [str(BIN / "python"), "-W", "error", "manage.py"]
    without_database = [*manage[:-1], "-W", "ignore:Got an error checking a consistent", manage[-1]]
    templates = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))
    return {
        "ruff check": [str(BIN / "ruff"), "check", "--quiet", "."],
        "ruff format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
        "bandit": [str(BIN / "bandit"), "--quiet", "--recursive", "--configfile", "pyproject.toml", "."],
        "djade": [str(BIN / "djade"), "--check", "--target-version", "5.2", *templates],
        "compose": [
            str(BIN / "check-jsonschema"),
            "--builtin-schema",
            "vendor.compose-spec",
            "docker-compose.yml",
            "deploy/s3.yml",
            "deploy/key_change.yml",
        ],
        "lint-imports": [str(BIN / "lint-imports"), "--no-logo"],
        "mypy": [str(BIN / "mypy"), "--no-error-summary"],
        "manage.py check": [*manage, "check", "--fail-level", "WARNING"],
        "makemigrations": [*without_database, "makemigrations", "--check", "--dry-run", "--skip-checks"],
        "workflow_docs": [*manage, "workflow_docs", "--check"],
    }


def failures() -> list[str]:
    """One text per failed check: its name and what it said."""
    # No database is asked, so none needs to be there: the address only has to be well formed.
    environment = {**os.environ, "DEBUG": "1", "DATABASE_URL": "postgres://check@/check?host=/nonexistent"}
    found = lock.problems()
    for name, command in _commands().items():
        result = subprocess.run(
            command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True
        )
        if result.returncode:
            found.append(f"── {name}\n{result.stdout}{result.stderr}".rstrip())
    return found


if __name__ == "__main__":
    found = failures()
    print(*found, sep="\n\n", end="\n" if found else "")
    sys.exit(bool(found))
