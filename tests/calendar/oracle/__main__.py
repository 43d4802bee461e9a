"""`make oracle`: asks ical.js, a JavaScript client, for the instants of every case, and writes them into the table.

Needs Node with `ical.js` on NODE_PATH. `make test` compares the committed table with our expansion, without Node.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from app.calendar.recurrence import ZONE_DATA
from app.fairs.feeds import ical
from tests.calendar.oracle.cases import cases
from tests.fairs.feeds import make

TABLE = Path(__file__).with_name("table.json")
CLIENT = "ical.js"


def main() -> int:
    """Write the table; 0 when it is written."""
    asked = [
        {
            "name": name,
            "ics": ical.write(make.feed(case.series)).decode(),
            "first": case.first.isoformat(),
            "last": case.last.isoformat(),
        }
        for name, case in cases().items()
    ]
    run = subprocess.run(
        ["node", str(TABLE.with_name("ask.cjs"))],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        sys.stderr.write(run.stderr)
        return run.returncode
    answers = json.loads(run.stdout)
    version = json.loads((Path(os.environ["NODE_PATH"]) / CLIENT / "package.json").read_text())["version"]
    table = {"client": f"{CLIENT} {version}", "zone_data": ZONE_DATA, "cases": answers}
    TABLE.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n")
    held = sum(len(found["held"]) for found in answers.values())
    sys.stdout.write(f"{len(answers)} cases, {held} instants by {table['client']}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
