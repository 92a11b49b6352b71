"""A drop-in for the package `braincube_connector` 2.8.0.

Replace `import braincube_connector` by `import braincube.connector as braincube_connector`, and
`from braincube_connector import …` by `from braincube.connector import …`. The modules, functions and classes have the same
names and return the same types. `python -m braincube.connector.check SCRIPT` lists the calls of a script.

Intended differences:

- A configuration file may have more than one line. Keys of `braincube.Client` are accepted too.
- Requests are retried, lists are read page by page in parallel, an SSO session is renewed.
- `?` and other signs for "no value" in a NUMERIC column are NaN. A missing text is `?`, a missing date that stays text `null`, also
  where the service writes the `null` of JSON.
- With names as labels, two variables of one name stay two columns: `name (bcId)`.
- `get_name()` of a Braincube returns its name. `get_rule_list()` of a job works.
- Conditions: bounds of 0 ms are kept, a missing `positive` is true, an event without conditions is left out.
- The variables of a job have the order of their first appearance.
- `request_ws` sends no other headers than those of the client.
- Errors are both `braincube.BraincubeError` and the exception of `requests` that the original raises, if requests is installed.
"""
