"""A process of its own that sweeps when it is told to: `python _sweeper.py INSTANT`.

On the database that the environment names. It says `ready`, waits for a line, and says how many cases it worked out.
"""

import sys
from datetime import UTC, datetime

import django

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def main(instant: str) -> None:
    django.setup()
    from waymark.core.clock import FixedClock
    from waymark.core.database import SERVICE, set_base_login
    from waymark.duties.services import sweep
    from waymark.duties.tasks import sweep_all

    set_base_login(SERVICE)
    sweep(LONG_AGO)  # nothing is due that early: only connects
    print("ready", flush=True)
    sys.stdin.readline()
    print(sweep_all(FixedClock(datetime.fromisoformat(instant))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
