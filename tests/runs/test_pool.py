"""Processes of a pool end with the one that started them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from wnverify.runs import pool


@pytest.mark.parametrize("stopped", [False, True])
def test_nothing_that_ends_processes_is_left_where_python_would_write_to_it(
    stopped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "PATIENCE", None)
    with suppress(KeyboardInterrupt), pool.hands(1, least=1) as (hand,):
        hand.submit(time.sleep, 600 * stopped)
        (manager,) = pool._managers([hand.pool])
        if stopped:
            raise KeyboardInterrupt
    assert not manager.is_alive()


@pytest.mark.skipif(os.name != "posix", reason="other systems kill otherwise")
def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    (tmp_path / "parent.py").write_text(
        "import os, signal, sys, time\n"
        "from wnverify.runs.pool import hands\n"
        "if __name__ == '__main__':\n"
        "    with hands(2) as found:\n"
        "        for future in [hand.submit(time.sleep, 0) for hand in found]:\n"
        "            future.result()\n"
        "        work = [hand.submit(time.sleep, 600) for hand in found]\n"
        "        print(*(number for hand in found for number in hand.pool._processes), flush=True)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, tmp_path / "parent.py"], capture_output=True, text=True, check=False)
    started = [int(word) for word in done.stdout.split()]
    assert len(started) == 2
    for worker in started:  # subprocess.run waits for whoever holds the pipes, so they are gone by now, or nearly
        with pytest.raises(ProcessLookupError):
            _wait_for(worker)


def _wait_for(process: int) -> None:
    for _ in range(600):
        os.kill(process, 0)
        time.sleep(0.1)
