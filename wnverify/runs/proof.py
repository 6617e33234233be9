"""Proof: the pieces of a proof on the workers of a cluster; what they answer is checked here, whoever they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

from wnverify.errors import expected
from wnverify.proving.work import Each, done
from wnverify.runs.cluster import Cluster, ClusterError


def _answer(future: Any) -> bytes:
    """What a worker answered.

    Raises:
        ClusterError: if it did not.
    """
    try:
        return bytes(future.result())
    except Exception as error:  # Dask hands on whatever went wrong there, or on the way
        words = " ".join(f"{type(error).__name__} {error}".split())[:200]
        remedy = "what is finished is kept: start workers of this version, and prove again"
        raise ClusterError(expected("an answer of a worker", words, remedy)) from error


@contextmanager
def abroad(cluster: Cluster) -> Iterator[Each]:
    """What does jobs on a cluster, as long as this lasts.

    Args:
        cluster: where workers are to be had.

    Raises:
        UsageError: if there is no Dask here, or no scheduler there.
        ClusterError: if a worker does not answer.
    """
    with cluster.client() as client:

        def each(jobs: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
            """Hand all jobs out, and tell of each as it comes back."""
            back: SimpleQueue[Any] = SimpleQueue()
            futures = {client.submit(done, job, pure=False): number for number, job in enumerate(jobs)}
            for future in futures:
                future.add_done_callback(back.put)
            try:
                for _ in futures:
                    future = back.get()
                    yield futures[future], _answer(future)
            finally:
                client.cancel(list(futures))

        yield each
