"""Waits for operations of the native module, blocking or in asyncio."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, NamedTuple, Union

from . import _core

_LOGGER = logging.getLogger("braincube")

#: How often progress is reported in asyncio, in seconds.
_REPORT_EVERY = 0.1


class Progress(NamedTuple):
    """How far an extraction has come."""

    bytes: int
    """Bytes received, decompressed."""
    responses: int
    """Responses received completely."""
    columns: int
    """Columns decoded."""
    rows: int
    """Rows decoded."""


#: A callable that is called with the progress, or True for a progress bar (requires tqdm).
ProgressOption = Union[Callable[[Progress], object], bool, None]


class _Report:
    """Reports progress to a callable or to a bar."""

    def __init__(self, option: ProgressOption) -> None:
        self._call: Callable[[Progress], object] | None = None
        self._bar: Any = None
        if option is True:
            from tqdm.auto import tqdm

            self._bar = tqdm(unit="B", unit_scale=True, desc="braincube")
            self._call = self._update
        elif callable(option):
            self._call = option

    def _update(self, progress: Progress) -> None:
        self._bar.n = progress.bytes
        self._bar.set_postfix(rows=progress.rows, refresh=False)
        self._bar.refresh()

    @property
    def callback(self) -> Callable[[int, int, int, int], object] | None:
        call = self._call
        return None if call is None else lambda *values: call(Progress(*values))

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _follow_log_level() -> None:
    _core.set_log_level(_LOGGER.getEffectiveLevel())


def wait(operation: _core.Operation, progress: ProgressOption = None) -> Any:
    """Wait for an operation. The interpreter is free for other threads; an interrupt cancels the operation."""
    _follow_log_level()
    if not progress:
        return operation.wait()
    report = _Report(progress)
    try:
        return operation.wait(report.callback)
    finally:
        report.close()


async def wait_async(operation: _core.Operation, progress: ProgressOption = None) -> Any:
    """Wait for an operation in asyncio. If the task is cancelled, the operation is cancelled."""
    _follow_log_level()
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def finish() -> None:
        if not done.done():
            done.set_result(None)

    def wake() -> None:
        try:
            loop.call_soon_threadsafe(finish)
        except RuntimeError:  # the loop is closed: nothing waits any more
            pass

    report = _Report(progress)
    try:
        operation.when_done(wake)
        callback = report.callback
        while callback is not None and not done.done():
            await asyncio.wait([done], timeout=_REPORT_EVERY)
            latest = operation.progress()
            if latest is not None:
                callback(*latest)
        await done
    except BaseException:
        operation.cancel()
        raise
    finally:
        report.close()
    return operation.result()
