"""Runs the Python code of the README, block after block, in one namespace. And the examples of docstrings."""

import contextlib
import doctest
import io
import re
from pathlib import Path

import pytest

import braincube
from braincube import _client, _filters, _frame, _simulator

README = Path(__file__).parent.parent / "README.md"


def test_the_code_of_the_readme_runs():
    pytest.importorskip("duckdb"), pytest.importorskip("polars"), pytest.importorskip("pandas")
    namespace = {}
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert len(blocks) > 8
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output):
            for block in blocks:
                exec(compile(block, str(README), "exec"), namespace)
                # The second block connects to an account; the others go on with the simulator.
                namespace["client"] = namespace["simulator"].client()
    finally:
        namespace["simulator"].stop()
    assert "Agitator power" in output.getvalue() and "9220" in output.getvalue()


@pytest.mark.parametrize("module", [braincube, _client, _filters, _frame, _simulator])
def test_the_examples_of_docstrings(module):
    assert doctest.testmod(module).failed == 0
