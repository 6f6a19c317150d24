"""PostgreSQL dies and is away for half a minute; the queue lies in it too, as without CELERY_BROKER_URL."""

import time

from faults.place import Place

TITLE, ROUNDS = "databasen borta i 30 s", 2
AWAY, BETWEEN = 30, 15  # seconds


def environment(_place: Place) -> dict[str, str]:
    return {"CELERY_BROKER_URL": "pgmq://localhost"}


def fault(place: Place) -> None:
    with place.keeper.down("database"):
        place.cluster.kill()
        time.sleep(AWAY)
    place.wait_until_whole()
    time.sleep(BETWEEN)
