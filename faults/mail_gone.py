"""The mail server is away for half a minute; and dies over mails that it has taken, before it says so."""

import time

from faults.place import Place

TITLE, ROUNDS = "mejlservern borta i 30 s", 2
AWAY, BETWEEN = 30, 15  # seconds


def fault(place: Place) -> None:
    place.mail.stop()
    time.sleep(AWAY)
    place.mail.dies_over_mail = True
    place.mail.start()
    time.sleep(BETWEEN)
    place.mail.dies_over_mail = False
    time.sleep(BETWEEN)
