"""How many threads one product of matrices takes.

One question's products are small: shared out over threads, most of the time goes into waiting for each other. Beside other
busy programs that is worst: 6.9 ms of processor time and 39 ms by the clock instead of 0.06 ms for one and the same product,
because threads of OpenBLAS wait by spinning. Questions of several people still run beside each other.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager

from threadpoolctl import threadpool_limits


def one_thread_each() -> None:
    """From now on, in this process, a product of matrices takes one thread. To be called once numpy is loaded."""
    threadpool_limits(1, user_api="blas")


def all_threads() -> AbstractContextManager[object]:
    """Within this context a product takes all processors: for learning, where one of them takes a minute."""
    limits: AbstractContextManager[object] = threadpool_limits(os.cpu_count(), user_api="blas")
    return limits
