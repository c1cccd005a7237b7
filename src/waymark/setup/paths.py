"""Where things stand. Everything that is made, not written, is under `VAR`, which git ignores."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
"""The checkout."""

VAR = Path(os.environ.get("WAYMARK_VAR") or ROOT / "var").resolve()
"""Data, passwords, logs and generated files. `WAYMARK_VAR` moves it."""

ASSETS = VAR / "assets"
"""CSS, JavaScript and images that pages need, served under `/assets/`."""

REQUIREMENTS = ROOT / "requirements"
"""Locked dependencies, with hashes."""

NODE_MODULES = ROOT / "node_modules"
AXE = NODE_MODULES / "axe-core" / "axe.min.js"
"""The accessibility checker that browser tests put into a page. Installed by `./waymark test` only."""

POSTGRES = VAR / "postgres"
SECRETS = VAR / "secrets.json"
