"""What both sides are asked with, and how their answers are compared."""

import json
import math
import subprocess
import sys

MEMORY_BASE = 20


counts = {"equal": 0, "intended": 0, "WRONG": 0}


def row(verdict, text):
    """Counts a comparison, and prints it."""
    counts[verdict] += 1
    print(f"{verdict:8}  {text}")


def check(name, ours, theirs):
    """Compares two answers that should be the same."""
    if ours == theirs:
        row("equal", name)
    else:
        row("WRONG", f"{name}: the tool has {shorten(ours)}, the package has {shorten(theirs)}")


def intended(name, reason, ours, ours_expected, theirs, theirs_expected):
    """Compares two answers that are meant to differ: each must be as it is written down."""
    if (ours, theirs) == (ours_expected, theirs_expected):
        row("intended", f"{name}: {reason}")
    else:
        row("WRONG", f"{name}: the tool has {shorten(ours)}, the package has {shorten(theirs)}")


def tell():
    """Prints the counts; gives the exit code."""
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    print(f"{counts['equal'] + counts['intended']} passed, {counts['WRONG']} failed")
    return 1 if counts["WRONG"] else 0


def outcome(call):
    """What the package answers, or the name of what it raises."""
    try:
        return call()
    except Exception as error:  # whatever it is, its name is the answer
        return type(error).__name__


def flat(condition):
    """A filter whose nested gates of one kind are one gate."""
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


def written(*arguments):
    """What the tool writes, as text."""
    command = [sys.argv[1], "--config", sys.argv[2], "-q", "--format", "json", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()


def tool(*arguments):
    """What the tool writes, as JSON."""
    return json.loads(written(*arguments))


def about(command, *arguments):
    """What the tool writes of the memory base."""
    return tool(command, "demo", str(MEMORY_BASE), *arguments)


def refused(*arguments):
    """Whether the tool fails, with one line that says why."""
    command = [sys.argv[1], "--config", sys.argv[2], "-q", *arguments]
    run = subprocess.run(command, capture_output=True, text=True)
    return run.returncode == 1 and run.stderr.startswith("error: ")


def plain(value):
    """A value of the package, as the tool writes it: what is not a number is null."""
    return None if isinstance(value, float) and math.isnan(value) else value


def columns(rows):
    """Rows of the tool as columns, whatever their order."""
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else [])}


def of_package(columns):
    """Columns of the package as columns of the tool."""
    return {str(name): list(map(plain, cells)) for name, cells in columns.items()}
