"""Runs the tool and compares its results with those of the Python package."""

import json
import math
import subprocess
import sys

MEMORY_BASE = 20


counts = {"equal": 0, "intended": 0, "WRONG": 0}


def record(verdict, text):
    """Counts and prints a comparison."""
    counts[verdict] += 1
    print(f"{verdict:8}  {text}")


def check(name, ours, theirs):
    """Compares two results that should be equal."""
    if ours == theirs:
        record("equal", name)
    else:
        record("WRONG", f"{name}: the tool has {shorten(ours)}, the package has {shorten(theirs)}")


def intended(name, reason, ours, ours_expected, theirs, theirs_expected):
    """Compares two results that differ on purpose: each must be as expected."""
    if (ours, theirs) == (ours_expected, theirs_expected):
        record("intended", f"{name}: {reason}")
    else:
        record("WRONG", f"{name}: the tool has {shorten(ours)}, the package has {shorten(theirs)}")


def summary():
    """Prints the counts and returns the exit code."""
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    print(f"{counts['equal'] + counts['intended']} passed, {counts['WRONG']} failed")
    return 1 if counts["WRONG"] else 0


def outcome(call):
    """The result of the package, or the name of its exception."""
    try:
        return call()
    except Exception as error:  # any exception is a result
        return type(error).__name__


def flat(condition):
    """Merges nested gates of the same kind."""
    ((operator, operands),) = condition.items()
    if operator not in ("AND", "OR", "NOT"):
        return condition
    parts = []
    for operand in map(flat, operands):
        parts += operand[operator] if operator != "NOT" and operator in operand else [operand]
    return {operator: parts}


def shorten(value):
    text = repr(value)
    return text if len(text) < 200 else text[:200] + "…"


def output(*arguments):
    """The output of the tool as text."""
    command = [sys.argv[1], "--config", sys.argv[2], "-q", "--format", "json", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()


def tool(*arguments):
    """The output of the tool as JSON."""
    return json.loads(output(*arguments))


def about(command, *arguments):
    """The output of a command on the memory base."""
    return tool(command, "demo", str(MEMORY_BASE), *arguments)


def fails(*arguments):
    """Whether the tool fails with one error line."""
    command = [sys.argv[1], "--config", sys.argv[2], "-q", *arguments]
    run = subprocess.run(command, capture_output=True, text=True)
    return run.returncode == 1 and run.stderr.startswith("error: ")


def plain(value):
    """Converts a value of the package as the tool does: NaN is null."""
    return None if isinstance(value, float) and math.isnan(value) else value


def columns(rows):
    """Converts rows of the tool to columns, which have no order."""
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else [])}


def of_package(columns):
    """Converts columns of the package to columns of the tool."""
    return {str(name): list(map(plain, cells)) for name, cells in columns.items()}
