"""What STORAGE_URL may say: a folder, or the address of a place in S3-compatible storage."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

EXAMPLE = "s3://hink/mapp?endpoint=https://s3.kommunen.se&region=se-1"
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
OPTIONS = {"endpoint", "region", "encryption"}
NO_KEYS = (
    "S3_ACCESS_KEY och S3_SECRET_KEY ska vara satta när filerna ligger i S3. De kan stå i filer (…_FILE)."
)
ENCRYPTIONS = {"", "AES256", "aws:kms"}


@dataclass(frozen=True)
class Place:
    """What STORAGE_URL says. ``prefix`` is empty or ends in a slash; without ``endpoint`` it is Amazon's."""

    bucket: str
    prefix: str
    endpoint: str
    region: str
    encryption: str


def is_address(url: str) -> bool:
    """Whether STORAGE_URL is an address and not a folder, whatever it may be the address of."""
    return ":" in url.partition("/")[0]


def place_of(url: str) -> Place:
    """Read an address such as EXAMPLE; ValueError with a Swedish sentence when it cannot be right."""
    parts = urlsplit(url)
    if parts.scheme != "s3" or parts.fragment:
        raise ValueError(f"STORAGE_URL ska vara en mapp eller en adress som {EXAMPLE}")
    if "@" in parts.netloc:
        raise ValueError("STORAGE_URL får inte innehålla nycklar. Sätt S3_ACCESS_KEY och S3_SECRET_KEY.")
    if not BUCKET.fullmatch(parts.netloc):
        raise ValueError(f"STORAGE_URL ska ha hinkens namn efter s3://, som i {EXAMPLE}")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    given = dict(pairs)
    if given.keys() - OPTIONS or len(given) < len(pairs):
        known = ", ".join(sorted(OPTIONS))
        raise ValueError(f"STORAGE_URL får bara ha {known} efter frågetecknet, och var och en en gång.")
    _refuse_wrong(given)
    folder = parts.path.strip("/")
    place = {name: given.get(name, "") for name in OPTIONS}
    return Place(bucket=parts.netloc, prefix=f"{folder}/" if folder else "", **place)


def _refuse_wrong(given: dict[str, str]) -> None:
    endpoint = urlsplit(given.get("endpoint", ""))
    if "endpoint" in given and (endpoint.scheme not in ("http", "https") or not endpoint.hostname):
        raise ValueError("endpoint i STORAGE_URL ska vara serverns adress, som https://s3.kommunen.se")
    if "endpoint" not in given and not given.get("region"):
        raise ValueError("STORAGE_URL ska ha endpoint, eller region när lagringen är Amazons egen.")
    if given.get("encryption", "") not in ENCRYPTIONS:
        raise ValueError("encryption i STORAGE_URL ska vara AES256 eller aws:kms.")
