"""Whether somebody else used the processor while something was measured (Linux)."""
import os
import time


def _busy_seconds():
    """Of all processors since boot, with what the host took from them."""
    with open("/proc/stat") as stat:
        user, nice, system, _idle, _wait, irq, soft_irq, steal = (int(x) for x in stat.readline().split()[1:9])
    return (user + nice + system + irq + soft_irq + steal) / os.sysconf("SC_CLK_TCK")


def _own_seconds():
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class Watch:
    """with Watch() as watch: ...; then watch.foreign is the share of all processors' time that others used.

    Children count as own once they have been waited for.
    """

    def __enter__(self):
        self._start = time.perf_counter(), _busy_seconds(), _own_seconds()
        return self

    def __exit__(self, *unused):
        start, busy, own = self._start
        elapsed = time.perf_counter() - start
        others = (_busy_seconds() - busy) - (_own_seconds() - own)
        self.foreign = max(0.0, others) / (elapsed * os.cpu_count())


QUIET = 0.04
# While a program loads its model on one processor, others may use the rest without disturbing what it measures later.
QUIET_PROGRAM = 0.2


def quietly(work, foreign_max=QUIET, tries=2):
    """work() again, up to `tries` times, until nobody else disturbed it. Gives its result and the share of others."""
    for _ in range(tries):
        with Watch() as watch:
            result = work()
        if watch.foreign <= foreign_max:
            break
    return result, watch.foreign
