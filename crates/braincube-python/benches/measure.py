"""Measures an extraction of 100,000 rows and 50 columns: the original package, the drop-in, and the API of this package.

usage: python measure.py [ROUNDS]

The simulator runs in a process of its own. Each measurement is a process too; the kinds take turns, so that a change of the
machine's speed affects all of them. Prints wall-clock time, CPU time and peak memory (median), without the start of Python and
of the imports. Build the wheel with PROFILE=release first.
"""

import json
import resource
import statistics
import subprocess
import sys
import time

ROWS, COLUMNS = 100_000, 50
BASE = 30
VARIABLES = [BASE * 100_000 + number for number in range(1, COLUMNS + 1)]

SIMULATOR = f"""
import braincube, sys
simulator = braincube.Simulator(generated=[({BASE}, {COLUMNS}, {ROWS})])
print(__import__("json").dumps(simulator.config), flush=True)
sys.stdin.read()
"""


def connector(package, config):
    import pandas  # noqa: F401  (its import is not measured)

    client = __import__(f"{package}.client", fromlist=["client"])
    braincube = __import__(f"{package}.braincube", fromlist=["braincube"])
    client.get_instance(config_dict=config)
    base = braincube.get_braincube("demo").get_memory_base(BASE)
    return lambda: base.get_data(VARIABLES, dataframe=True)


def api(method):
    def prepare(config):
        import braincube

        # Its import is not measured.
        __import__(method.removeprefix("to_") if method != "to_arrow" else "pyarrow")
        base = braincube.Client(**config)["demo"].memory_base(BASE)
        return lambda: getattr(base.data(VARIABLES), method)()

    return prepare


KINDS = {
    "braincube_connector, get_data(dataframe=True)": lambda config: connector("braincube_connector", config),
    "braincube.connector, get_data(dataframe=True)": lambda config: connector("braincube.connector", config),
    "braincube, data().to_pandas()": api("to_pandas"),
    "braincube, data().to_polars()": api("to_polars"),
    "braincube, data().to_arrow()": api("to_arrow"),
}


def measure(kind, config):
    """Runs in a process of its own."""
    work = KINDS[kind](json.loads(config))
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    rows = getattr(result, "num_rows", None) or len(result)
    assert rows == ROWS, rows
    print(json.dumps([wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    simulator = subprocess.Popen(
        [sys.executable, "-c", SIMULATOR], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    results = {kind: [] for kind in KINDS}
    try:
        config = simulator.stdout.readline().strip()
        for _ in range(rounds):
            for kind, found in results.items():
                done = subprocess.run(
                    [sys.executable, __file__, "--measure", kind, config], capture_output=True, text=True, check=True
                )
                found.append(json.loads(done.stdout))
    finally:
        simulator.stdin.close()
        simulator.wait(10)
    print(f"{'':47} {'seconds':>8} {'CPU s':>8} {'MiB':>6}")
    for kind, found in results.items():
        wall, cpu, memory = (statistics.median(values) for values in zip(*found))
        print(f"{kind:47} {wall:8.3f} {cpu:8.3f} {memory:6.0f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(*sys.argv[2:])
    else:
        main()
