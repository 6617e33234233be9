"""Stopping: one request interrupts, saving is not interrupted, and the exit code names the signal."""

import os
import signal
import threading

import click
import pytest

from wnverify.cli import cli
from wnverify.stopping import SIGNALS, finishing, heard, heeded

pytestmark = pytest.mark.skipif(os.name != "posix", reason="other systems have other signals")


@pytest.fixture(autouse=True)
def none_is_ignored():
    """Who runs the tests in the background, or with `nohup`, has them ignore some: such a signal stays ignored."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in SIGNALS}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def ask(number=signal.SIGINT):
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_interrupts_and_names_its_exit_code(number):
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), heeded() as stop:
        ask(number)
    assert stop.code == 128 + number
    assert signal.getsignal(number) is before


def test_a_second_request_does_not_end_what_the_first_started_and_a_third_does():
    with heeded():
        with pytest.raises(KeyboardInterrupt):
            ask()
        ask()
        with pytest.raises(KeyboardInterrupt):
            ask()


def test_saving_goes_on():
    with heeded(), finishing():
        ask()
        ask()
        with pytest.raises(KeyboardInterrupt):
            ask()


def rings_now():
    assert signal.setitimer(signal.ITIMER_REAL, 0.01)[0] > 0
    threading.Event().wait()


def test_an_interruption_that_a_library_swallowed_comes_again(monkeypatch):
    """Its timer is put forward once somebody waits for it, or it could ring between the two."""
    monkeypatch.setattr("wnverify.stopping.AGAIN", 3600.0)
    with heeded():
        with pytest.raises(KeyboardInterrupt):
            ask()
        with pytest.raises(KeyboardInterrupt):
            rings_now()
        heard()
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_signal_that_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with heeded() as stop:
            ask()
        assert stop.asked == 0
    finally:
        signal.signal(signal.SIGINT, before)


def test_elsewhere_than_in_the_main_thread_signals_are_left_alone():
    def work():
        with heeded(), finishing():
            found.append(signal.getsignal(signal.SIGINT))

    found = []
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [signal.getsignal(signal.SIGINT)]


@pytest.mark.parametrize(
    ("number", "error", "code"),
    [
        (signal.SIGINT, None, 130),
        (signal.SIGTERM, None, 143),
        (signal.SIGINT, ImportError("a library made this of it"), 130),
    ],
)
def test_a_command_that_is_stopped_says_so_in_one_line(monkeypatch, capsys, number, error, code):
    @click.command("wait")
    def wait():
        try:
            ask(number)
        except KeyboardInterrupt:
            raise (error or KeyboardInterrupt) from None

    monkeypatch.setitem(cli.commands, "wait", wait)
    assert cli.main(["wait"], standalone_mode=False) == code
    assert capsys.readouterr().err == "wnverify: interrupted.\n"
