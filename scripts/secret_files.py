"""Make the secrets that docker-compose.yml mounts, once: python3 -m scripts.secret_files EMAIL_URL

EMAIL_URL is such as smtp+tls://name:password@mail.kommunen.se:587. What is there is kept, so that nothing
that a running database knows is changed. Only the standard library: nothing else need be installed.
"""

import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

FOLDER = Path(__file__).resolve().parent.parent / "secrets"


def main(arguments: list[str], folder: Path = FOLDER) -> int:
    """Write the files; 2 when no mail server was named."""
    if len(arguments) != 1 or not urlsplit(arguments[0]).hostname:
        print(__doc__, file=sys.stderr)
        return 2
    # Whoever may not enter the folder reads none of them; the containers' users read what is mounted.
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "certificates").mkdir(exist_ok=True)
    for name, value in _values(arguments[0], folder).items():
        if not (folder / name).exists():
            (folder / name).write_text(value)
            (folder / name).chmod(0o444)
            print(f"{folder.name}/{name}")
    return 0


def _values(email_url: str, folder: Path) -> dict[str, str]:
    database, broker = _password(folder, "database_password"), _password(folder, "broker_password")
    owner = _password(folder, "database_owner_password")
    return {
        "secret_key": secrets.token_urlsafe(64),
        "metrics_token": secrets.token_urlsafe(32),
        "database_admin_password": secrets.token_urlsafe(32),
        "database_owner_password": owner,
        "database_owner_url": f"postgres://kvalitet_owner:{owner}@database:5432/kvalitet",
        "database_password": database,
        "database_url": f"postgres://kvalitet:{database}@database:5432/kvalitet",
        "broker_password": broker,
        "broker_url": f"amqp://kvalitet:{broker}@broker:5672//",
        "broker_settings": f"default_user = kvalitet\ndefault_pass = {broker}\n",
        "email_url": email_url,
    }


def _password(folder: Path, name: str) -> str:
    """The one made before, else a new one, without characters that an address would have to escape."""
    made = folder / name
    return made.read_text() if made.exists() else secrets.token_urlsafe(32)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
