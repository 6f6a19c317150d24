"""RabbitMQ is killed and away for half a minute."""

import signal
import time

from faults.place import Place

TITLE, ROUNDS = "kön borta i 30 s", 2
AWAY, BETWEEN = 30, 15  # seconds


def fault(place: Place) -> None:
    place.broker.stop(signal.SIGKILL)
    time.sleep(AWAY)
    place.broker.start()
    place.wait_until_whole()
    time.sleep(BETWEEN)
