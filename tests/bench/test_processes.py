"""What processes cost, as /proc tells it."""

import os
import subprocess
import sys

from bench import processes

_BUSY = "import time\nwhile time.process_time() < 0.2: pass"


def test_the_cost_of_a_child_is_kept_when_it_ends() -> None:
    before, alone = processes.family_cpu_microseconds(os.getpid()), processes.cpu_microseconds(os.getpid())

    subprocess.run([sys.executable, "-c", _BUSY], check=True)

    own = processes.cpu_microseconds(os.getpid()) - alone
    assert processes.family_cpu_microseconds(os.getpid()) - before - own >= 190_000
