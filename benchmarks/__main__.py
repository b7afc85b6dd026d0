"""``python -m benchmarks NAME [--quick] [--only FILM] [--json]``: measure one thing, or ``all``.

``results`` only writes the page.
"""

import argparse
import importlib
import json
import sys
from typing import Any

from benchmarks import result

BENCHMARKS = {
    "read": "benchmarks.read",
    "retrieval": "benchmarks.retrieval",
    "render": "benchmarks.render.race",
    "film": "benchmarks.film",
    "build": "benchmarks.build",
    "engine_room": "benchmarks.engine_room.run",
    "loading": "benchmarks.engine_room.loading",
    "residency": "benchmarks.engine_room.residency",
    "packed_linear": "benchmarks.engine_room.packed_linear",
    "plugin_calls": "benchmarks.engine_room.plugin_calls",
    "scorecard": "benchmarks.scorecard.run",
}
"""Name → module with ``run(quick: bool) -> Result``; that of the scorecard takes the name of a film too."""


def measure(name: str, quick: bool, only: str = "") -> dict[str, Any]:
    """Run one benchmark, keep its result, bring the page up to date and return the kept record.

    What was measured ``only`` in part is kept like a quick run.
    """
    module = importlib.import_module(BENCHMARKS[name])
    found = module.run(quick, only) if only else module.run(quick)
    record = result.save(name, found, quick or bool(only))
    if not (quick or only):
        result.write_page()
    return record


def main() -> int:
    """Run what was asked for; the exit code is 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=[*BENCHMARKS, "all", "results"])
    parser.add_argument("--quick", action="store_true", help="fewer rounds and less data, to see that it works")
    parser.add_argument("--json", action="store_true", help="print the records instead of the page's sections")
    parser.add_argument("--only", default="", metavar="FILM", help="score a single film; for scorecard")
    arguments = parser.parse_args()
    if arguments.only and arguments.name != "scorecard":
        parser.error(f"--only {arguments.only}: only scorecard has films")
    if arguments.name == "results":
        print(result.write_page())
        return 0
    names = list(BENCHMARKS) if arguments.name == "all" else [arguments.name]
    records = [measure(name, arguments.quick, arguments.only) for name in names]
    print(json.dumps(records, indent=1) if arguments.json else "\n\n".join(map(result.as_markdown, records)))
    return 0 if all(bar["is_met"] for record in records for bar in record["bars"]) else 1


if __name__ == "__main__":
    sys.exit(main())
