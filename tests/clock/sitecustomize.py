"""Python starts with this where this folder is in its path: its clock on the wall can be set.

`CLOCK` is a file; the days written into it are how far that clock is off from then on, and the file
beside it, `CLOCK.set`, says the same once it is. What counts seconds since the start is left alone, as
it is where an administrator sets the clock.
"""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

_CLOCK = Path(os.environ["CLOCK"])


def _follow() -> None:
    days, travel = 0, None
    while True:
        time.sleep(0.02)
        wanted = int(_CLOCK.read_text(encoding="utf-8") or days)
        if wanted == days:
            continue
        if travel:
            travel.stop()
        travel = time_machine.travel(datetime.now(UTC) + timedelta(days=wanted), tick=True)
        travel.start()
        days = wanted
        _CLOCK.with_suffix(".set").write_text(str(days), encoding="utf-8")


threading.Thread(target=_follow, daemon=True).start()
