"""Threads, asyncio, signals, processes and logging."""

import asyncio
import gc
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import warnings

import pytest

import braincube

IS_LINUX = sys.platform == "linux"


def sockets():
    """The number of open sockets of this process."""
    gc.collect()
    found = 0
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            found += os.readlink(f"/proc/self/fd/{descriptor}").startswith("socket:")
        except OSError:
            pass
    return found


def test_200_threads(base):
    results = []
    threads = [threading.Thread(target=lambda: results.append(len(base.data([2000001])))) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results == [9220] * 200


def test_200_tasks(base):
    async def run():
        frames = await asyncio.gather(*(base.data_async([2000001]) for _ in range(200)))
        return [len(frame) for frame in frames]

    assert asyncio.run(run()) == [9220] * 200


def test_the_interpreter_is_free_while_waiting(own_site):
    own_site.add_fault("delay=500")
    base = own_site.client()["demo"].memory_base(20)
    counted = 0
    thread = threading.Thread(target=lambda: base.data([2000001]))
    thread.start()
    while thread.is_alive():
        counted += 1
        time.sleep(0.001)
    assert counted > 100


def test_asyncio_variants(client, base):
    async def run():
        names = [each.name async for each in base.variables()]
        stream = base.stream([2000001], start="2023-10-01", end="2023-10-31", every="7d")
        rows = [len(frame) async for frame in stream]
        cubes = await client.braincubes_async()
        response = await client.request_async("GET", "braincube/demo/braindata/mb20/simple")
        seen = []
        frame = await base.job(573).data_async(progress=seen.append)
        group = await base.data_group(10).data_async()
        return names, rows, cubes, response, frame, group

    names, rows, cubes, response, frame, group = asyncio.run(run())
    assert names == [each.name for each in base.variables()] and sum(rows) == 9220
    assert [cube.name for cube in cubes] == ["demo"] and response.json()["name"] == "mb20"
    assert len(frame) == len(base.job(573).data()) and len(group) == 9220


def test_errors_in_asyncio(base):
    async def run():
        await base.data_async(["nothing"])

    with pytest.raises(braincube.NotFound):
        asyncio.run(run())


@pytest.mark.skipif(not IS_LINUX, reason="counts sockets in /proc")
def test_a_cancelled_task_closes_its_connection(own_site):
    own_site.add_fault("stall=10@/LF")
    base = own_site.client()["demo"].memory_base(20)
    before = sockets()

    async def run():
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(base.data_async([2000001]), 0.3)

    started = time.monotonic()
    asyncio.run(run())
    assert time.monotonic() - started < 2
    assert closes(before)


def closes(before):
    """Whether the number of sockets falls to what it was, within five seconds. One idle connection has two ends here."""
    for _ in range(100):
        if sockets() <= before + 2:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not IS_LINUX, reason="sends signals")
def test_an_interrupt_ends_a_request_within_200_ms(own_site):
    own_site.add_fault("stall=10@/LF")
    base = own_site.client()["demo"].memory_base(20)
    before, times = sockets(), []
    for attempt in range(100):
        sent = []

        def interrupt(sent=sent, wait=0.005 + (attempt * 7919 % 100) / 2000):
            time.sleep(wait)
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        with pytest.raises(KeyboardInterrupt):
            thread.start()
            base.data([2000001])
        times.append(time.monotonic() - sent[0])
        thread.join()
    # The machine may be busy: a few may take longer.
    assert sorted(times)[90] < 0.2 and max(times) < 2
    assert closes(before)
    own_site.clear_faults()
    assert len(base.data([2000001])) == 9220


def run_script(script, *arguments):
    """Runs a script in another interpreter and returns its output."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(script), *arguments],
        capture_output=True, text=True, timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_client_raises_after_a_fork(own_site, tmp_path):
    own_site.write_config(tmp_path / "config.json")
    script = """
        import os, sys, braincube
        client = braincube.Client.from_file(sys.argv[1])
        base = client["demo"].memory_base(30)
        assert len(base.data()) == 20_000  # starts the thread pool of the decoder
        simulator = braincube.Simulator()
        if os.fork() == 0:
            try:
                base.data()
            except braincube.ForkError as error:
                print("raised", flush=True)
            new = braincube.Client.from_file(sys.argv[1])
            print(len(new["demo"].memory_base(30).data()), flush=True)
            del client, base, new, simulator
            sys.exit(0)
        os.wait()
        print(len(base.data()))
    """
    assert run_script(script, str(tmp_path / "config.json")).split() == ["raised", "20000", "20000"]


def rows_of(config):
    return len(braincube.Client.from_file(config)["demo"].memory_base(30).data())


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing(own_site, tmp_path, method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method}")
    own_site.write_config(tmp_path / "config.json")
    assert rows_of(tmp_path / "config.json") == 20_000
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking a process with threads
        with multiprocessing.get_context(method).Pool(2) as pool:
            assert pool.map(rows_of, [tmp_path / "config.json"] * 4) == [20_000] * 4


def test_the_interpreter_ends_while_requests_are_running(own_site, tmp_path):
    own_site.write_config(tmp_path / "config.json")
    own_site.add_fault("stall=10@/LF")
    script = """
        import sys, threading, time, braincube
        base = braincube.Client.from_file(sys.argv[1])["demo"].memory_base(20)
        threading.Thread(target=lambda: base.data([2000001]), daemon=True).start()
        time.sleep(0.3)
        print("end")
    """
    assert run_script(script, str(tmp_path / "config.json")) == "end\n"


def test_logging_receives_events(own_site, caplog):
    base = own_site.client()["demo"].memory_base(20)
    own_site.add_fault("status=503@/LF,times=1")
    with caplog.at_level(logging.ERROR, "braincube"):
        base.data([2000001])
    assert not caplog.records
    # An event that was not enabled before is recorded now.
    own_site.add_fault("status=503@/LF,times=1")
    with caplog.at_level(logging.DEBUG, "braincube"):
        base.data([2000001])
    assert any("503" in record.getMessage() for record in caplog.records)
    assert all(record.name.startswith("braincube") for record in caplog.records)
    assert own_site.config["api_key"] not in caplog.text
