"""Ties a child process to the life of the one that starts it, so that even kill -9 leaves nothing behind.

Linux only (PR_SET_PDEATHSIG); elsewhere a killed parent leaves its children running. The kernel sends the signal when
the *thread* that started the child ends, so children are started from the main thread.
"""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_C_LIBRARY = ctypes.CDLL(None, use_errno=True)


def ends_with_parent(farewell: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn` that has the kernel send `farewell` to the child when its parent dies in any way.

    A change of user clears the setting, so it must come after one: subprocess calls preexec_fn after `user=`. The
    child's own children do not inherit it. Raises RuntimeError outside the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("Start this from the main thread: the child ends with the thread that starts it.")
    parent = os.getpid()

    def arrange() -> None:
        if sys.platform != "linux":
            return
        if _C_LIBRARY.prctl(_PR_SET_PDEATHSIG, int(farewell), 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
        if os.getppid() != parent:  # It died between the fork and the line above, and nobody will send the signal.
            os._exit(1)

    return arrange
