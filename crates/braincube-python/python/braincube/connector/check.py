"""Says which calls of a script for `braincube_connector` the drop-in covers.

usage: python -m braincube.connector.check SCRIPT...

Prints a line for each import, call or attribute that is not covered, and a summary. The exit status is 1 if there is one. The
script is not run. A line ends in `covered with a difference` where the drop-in differs from the original on purpose.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

_THEIRS = ("braincube_connector", "braincube.connector")

#: What differs on purpose, by the name of the function or method.
_DIFFERENCES = {
    "request_ws": "other headers than those of the client cannot be sent",
    "get_variable_ids": "the variables of a job have the order of their first appearance",
}

#: Attributes that scripts read although they are private.
_PRIVATE = {"_metadata", "_bcid", "_name", "_path", "_memory_base", "_parent_entity", "_braincube_name", "_braincube_infos"}


class Finding(NamedTuple):
    """A use of the package in a script."""

    line: int
    use: str
    problem: str | None
    """None if it is covered."""
    note: str | None = None


def check(source: str, name: str = "<script>") -> list[Finding]:
    """Return the uses of the package in a script, in order of their lines."""
    found = _Checker()
    found.visit(ast.parse(source, name))
    return sorted(found.findings, key=lambda finding: finding.line)


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _methods() -> set[str]:
    """The names of all methods and functions of the drop-in."""
    package = importlib.import_module(_THEIRS[1])
    names: set[str] = set()
    for info in pkgutil.walk_packages(package.__path__, f"{_THEIRS[1]}."):
        if info.name == __name__:
            continue
        module = importlib.import_module(info.name)
        names |= set(dir(module))
        for item in vars(module).values():
            if isinstance(item, type):
                names |= set(dir(item))
    return names


def _ours(name: str) -> str | None:
    """The name of a module of the drop-in for one of the original."""
    for theirs in _THEIRS:
        if name == theirs or name.startswith(f"{theirs}."):
            return _THEIRS[1] + name[len(theirs) :]
    return None


class _Checker(ast.NodeVisitor):
    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._modules: dict[str, Any] = {}
        self._methods = _methods()

    def _add(self, node: ast.AST, use: str, problem: str | None = None) -> None:
        note = _DIFFERENCES.get(use.rpartition(".")[2])
        self.findings.append(Finding(getattr(node, "lineno", 0), use, problem, note))

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = _ours(alias.name)
            if name is None:
                continue
            module = _module(name)
            self._add(node, alias.name, None if module else "no such module")
            target = module if alias.asname else _module(_THEIRS[1])
            self._modules[alias.asname or alias.name.partition(".")[0]] = target

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        name = _ours(node.module or "")
        if name is None or node.level:
            return
        module = _module(name)
        for alias in node.names:
            use = f"{node.module}.{alias.name}"
            item = getattr(module, alias.name, None) or _module(f"{name}.{alias.name}")
            covered = item is not None or alias.name == "*"
            self._add(node, use, None if covered else "no such name")
            self._modules[alias.asname or alias.name] = item

    def _item(self, node: ast.expr) -> tuple[Any, bool]:
        """The object that an expression is in the drop-in, if it is a name of a module of it."""
        if isinstance(node, ast.Name) and node.id in self._modules:
            return (self._modules[node.id], True)
        if isinstance(node, ast.Attribute):
            parent, known = self._item(node.value)
            if known and type(parent).__name__ == "module":
                item = getattr(parent, node.attr, None)
                return (item or _module(f"{parent.__name__}.{node.attr}"), True)
        return (None, False)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        item, known = self._item(node)
        if known:
            self._add(node, ast.unparse(node), None if item is not None else "no such name")
        elif node.attr.startswith("get_") or node.attr in ("request_ws", "set_parameter"):
            # The type of the object is unknown: a method of another package may have such a name too.
            covered = node.attr in self._methods
            self._add(node, f".{node.attr}", None if covered else "no method of this name; is it one of another package?")
        elif node.attr in _PRIVATE:
            self._add(node, f".{node.attr}", None)
        self.generic_visit(node)


def report(name: str, findings: list[Finding]) -> Iterator[str]:
    """The lines to print for a script."""
    for finding in findings:
        if finding.problem is not None:
            yield f"{name}:{finding.line}: {finding.use}: not covered: {finding.problem}"
        elif finding.note is not None:
            yield f"{name}:{finding.line}: {finding.use}: covered with a difference: {finding.note}"
    problems = sum(finding.problem is not None for finding in findings)
    yield f"{name}: {len(findings) - problems} uses covered, {problems} not covered"


def main(arguments: list[str]) -> int:
    """Check the scripts. Return the exit status."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0 if arguments else 2
    status = 0
    for name in arguments:
        try:
            with open(name, encoding="utf-8") as file:
                findings = check(file.read(), name)
        except (OSError, SyntaxError, ValueError) as error:
            print(f"{name}: cannot read the script: {error}", file=sys.stderr)
            status = 2
            continue
        for line in report(name, findings):
            print(line)
        if any(finding.problem is not None for finding in findings):
            status = max(status, 1)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
