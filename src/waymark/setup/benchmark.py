"""`./waymark benchmark NAME`: one of `benchmarks/*.py`, on a database server of its own that keeps its promises.

The server is set up as in the demo (writes reach the disk), not as for tests, so that figures with a database
in them are honest.
"""

import subprocess
import sys
from collections.abc import Sequence

from waymark.setup import bootstrap, paths
from waymark.setup.errors import SetupError
from waymark.setup.testing import export, start_embedded


def main(arguments: Sequence[str]) -> int:
    """Run `benchmarks/NAME.py` with the rest of `arguments`. Returns its exit status."""
    names = sorted(file.stem for file in (paths.ROOT / "benchmarks").glob("[!_]*.py"))
    if not arguments or arguments[0] not in names:
        raise SetupError(f"say which: ./waymark benchmark {' or '.join(names) or '(there are none yet)'}.")
    bootstrap.install("benchmarks")
    script = paths.ROOT / "benchmarks" / f"{arguments[0]}.py"
    with start_embedded(durable=True) as server:
        export(server)
        return subprocess.run([sys.executable, str(script), *arguments[1:]]).returncode
