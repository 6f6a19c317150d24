"""Write the lock files; `problems` tells, without network, whether they match what they were made from."""

import hashlib
import json
import re
import subprocess
import sys
import tomllib

from scripts import setup

ROOT = setup.ROOT
LOCKS = {"requirements.lock": ["--group", "dev"], "requirements-prod.lock": []}
HEADER = "# Written by make lock from the dependencies of pyproject.toml, sha256 "


def main(upgrade: bool) -> None:
    """Keep every pinned version that still fits, unless `upgrade` asks for the newest."""
    for name, groups in LOCKS.items():
        command = [
            str(setup.VENV / "bin/uv"),
            "pip",
            "compile",
            "--quiet",
            "--universal",
            "--generate-hashes",
        ]
        command += ["--no-emit-index-url", "--no-header", *groups, "pyproject.toml", "-o", name]
        command += ["--upgrade"] if upgrade else []
        subprocess.run(command, check=True, cwd=ROOT, env=setup.uv_environment())
        path = ROOT / name
        path.write_text(f"{HEADER}{_digest_of_dependencies()}\n{path.read_text()}")
    npm_command, environment = setup.npm()
    command = [*npm_command, "update" if upgrade else "install", "--package-lock-only", "--loglevel=error"]
    subprocess.run(command, check=True, cwd=ROOT, env=environment)


def problems() -> list[str]:
    """What is wrong with the lock files, in Swedish, one sentence each."""
    found = []
    for name in LOCKS:
        first = (ROOT / name).read_text().partition("\n")[0]
        if first != HEADER + _digest_of_dependencies():
            found.append(f"{name} stämmer inte med pyproject.toml. Kör: make lock")
    wanted = json.loads((ROOT / "package.json").read_text())
    locked = json.loads(setup.PACKAGE_LOCK.read_text())["packages"][""]
    if any(locked.get(key) != wanted.get(key) for key in ("dependencies", "devDependencies")):
        found.append("package-lock.json stämmer inte med package.json. Kör: make lock")
    return found + [f"{name} namnger en server." for name in _with_addresses()]


def _with_addresses() -> list[str]:
    """Lock files that say where packages are fetched; a mirror could not serve them."""
    address = re.compile(r'"resolved"|^--(extra-)?index-url|^--find-links| @ https?:', flags=re.MULTILINE)
    names = (*LOCKS, setup.PACKAGE_LOCK.name)
    return [name for name in names if address.search((ROOT / name).read_text())]


def _digest_of_dependencies() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [
        project["project"]["requires-python"],
        project["project"]["dependencies"],
        project["dependency-groups"],
    ]
    return hashlib.sha256(json.dumps(wanted).encode()).hexdigest()


if __name__ == "__main__":
    main(upgrade="--upgrade" in sys.argv[1:])
