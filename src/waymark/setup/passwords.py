"""Passwords and keys that set-up makes for this checkout, kept in `var/secrets.json` for its owner only."""

import json
import secrets
from pathlib import Path
from typing import Any

from waymark.setup import paths
from waymark.setup.errors import SetupError
from waymark.setup.files import locked, make_folder, write_whole

MADE = ("superuser", "owner", "web", "service", "django_secret_key")


def load_secrets(path: Path | None = None) -> dict[str, Any]:
    """The secrets of this checkout; what is missing is made and kept first."""
    path = path or paths.SECRETS
    stored = _read(path)
    if all(name in stored for name in MADE):
        return stored
    make_folder(path.parent)
    with locked(path.with_suffix(".lock")):
        stored = _read(path)
        for name in MADE:
            stored.setdefault(name, secrets.token_urlsafe(32))
        _write(path, stored)
    return stored


def remember(path: Path | None = None, **values: Any) -> None:
    """Keep `values` beside the secrets."""
    path = path or paths.SECRETS
    load_secrets(path)
    with locked(path.with_suffix(".lock")):
        _write(path, _read(path) | values)


def django_secret_key() -> str:
    """The signing key for sessions when the environment gives none."""
    return str(load_secrets()["django_secret_key"])


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except PermissionError as error:
        raise SetupError(
            f"Cannot read {path}: it belongs to another user. Run Waymark as the user who set it up, "
            "or make a copy of the checkout for yourself (without its var folder) and run it there."
        ) from error
    try:
        stored = json.loads(text)
    except ValueError as error:
        raise SetupError(
            f"{path} is damaged ({error}). Restore it from a copy, or remove it and "
            "run ./waymark demo --fresh, which begins with new data."
        ) from error
    if not isinstance(stored, dict):
        raise SetupError(
            f"{path} is damaged (it holds no object). Restore it from a copy, or remove it and "
            "run ./waymark demo --fresh, which begins with new data."
        )
    return stored


def _write(path: Path, values: dict[str, Any]) -> None:
    write_whole(path, json.dumps(values, indent=1, sort_keys=True) + "\n", mode=0o600)
