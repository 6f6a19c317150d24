"""Ask the public registers of known vulnerabilities about every locked dependency; needs the network.

Fails when one is vulnerable, and when a register does not answer: what was not asked is not safe.
"""

import subprocess
import sys

from scripts import setup

# Fetched when it is run, which needs the network anyhow, so that no machine installs it in vain.
PIP_AUDIT = "pip-audit==2.10.1"
COMMAND = ["--strict", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]


def main() -> int:
    uv = [str(setup.VENV / "bin/uv"), "tool", "run", "--from", PIP_AUDIT, "pip-audit", *COMMAND]
    npm, environment = setup.npm()
    asked = (
        ([*uv, "--requirement", "requirements.lock"], setup.uv_environment()),
        ([*npm, "audit"], environment),
    )
    codes = [subprocess.run(one, check=False, cwd=setup.ROOT, env=env).returncode for one, env in asked]
    print("Inga kända sårbarheter." if not any(codes) else "Läs ovan: sårbart, eller inte tillfrågat.")
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
