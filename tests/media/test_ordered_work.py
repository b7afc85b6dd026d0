import threading
import time

import pytest

from vortex.media.ordered_work import OrderedWork


def test_tasks_are_done_in_order_beside_the_caller() -> None:
    work, done, threads = OrderedWork(2), [], set()
    for number in range(20):
        work.make_room()

        def task(number: int = number) -> None:
            time.sleep(0.001 * (number % 3))
            done.append(number)
            threads.add(threading.get_ident())

        work.add(task)
    work.finish()
    assert done == list(range(20))
    assert threads.isdisjoint({threading.get_ident()})
    assert len(threads) == 1


def test_what_a_task_raises_reaches_the_caller() -> None:
    work = OrderedWork(1)

    def fail() -> None:
        raise OSError("the disk is full")

    work.add(fail)
    with pytest.raises(OSError, match="the disk is full"):
        work.make_room()
    work.drop()
    work.drop()
