"""Measures the Python connector on a body: FILE ROUNDS. Prints the median in milliseconds.

As for the other decoders, the time is measured from the bytes to the columns, here a data frame.
"""

import json
import statistics
import sys
import time

import pandas
from braincube_connector import parameters
from braincube_connector.data import data

with open(sys.argv[1], "rb") as file:
    body = file.read()
parameters.set_parameter({"parse_date": True})

times = []
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    frame = pandas.DataFrame(data._extract_format_data(json.loads(body)))
    times.append(time.perf_counter() - start)
print(f"{statistics.median(times) * 1e3:.1f}")
