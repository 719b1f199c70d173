"""A bound on the time that a block may take."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise ``TimeoutError`` within the block when it takes longer.

    Args:
        seconds: How long; ``None`` for no bound. There is none, either, outside the main thread and where the system
            has no such alarm.
    """
    alarm = getattr(signal, "setitimer", None)
    if seconds is None or alarm is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    message = f"It took longer than {seconds:g} seconds."
    rung = False

    def ring(_number: int, _frame: FrameType | None) -> None:
        nonlocal rung
        rung = True
        raise TimeoutError(message)

    before = signal.signal(signal.SIGALRM, ring)
    # It rings again, in case that the code within takes the first for a failure of its own and goes on.
    alarm(signal.ITIMER_REAL, seconds, max(seconds / 4, 0.05))
    try:
        yield
    except Exception as error:
        if rung:  # the code within may have made another exception of it
            raise TimeoutError(message) from error
        raise
    finally:
        alarm(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    if rung:  # and was swallowed each time
        raise TimeoutError(message)
