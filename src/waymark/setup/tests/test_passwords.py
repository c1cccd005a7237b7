import json
from pathlib import Path

import pytest

from waymark.setup.errors import SetupError
from waymark.setup.passwords import load_secrets, remember


def test_secrets_are_made_once_and_kept_for_their_owner_only(tmp_path):
    made = load_secrets(tmp_path / "secrets.json")

    assert load_secrets(tmp_path / "secrets.json") == made
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len({made[name] for name in ("superuser", "owner", "web", "service", "django_secret_key")}) == 5
    assert all(len(value) >= 40 for value in made.values())


def test_what_is_remembered_stands_beside_the_secrets(tmp_path):
    made = load_secrets(tmp_path / "secrets.json")
    remember(tmp_path / "secrets.json", port=6000)

    assert load_secrets(tmp_path / "secrets.json") == made | {"port": 6000}


def test_a_secret_that_a_later_version_needs_is_added_to_the_old_ones(tmp_path):
    (tmp_path / "secrets.json").write_text(json.dumps({"superuser": "old"}))

    assert load_secrets(tmp_path / "secrets.json")["superuser"] == "old"
    assert load_secrets(tmp_path / "secrets.json")["web"]


@pytest.mark.parametrize("text", ["{", "[]", "\x00\x01"])
def test_a_damaged_file_is_an_error_that_says_what_to_do(tmp_path, text):
    (tmp_path / "secrets.json").write_text(text)

    with pytest.raises(SetupError, match=r"secrets\.json is damaged .* run \./waymark demo --fresh"):
        load_secrets(tmp_path / "secrets.json")


def test_a_file_of_another_user_is_an_error_that_says_what_to_do(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(SetupError, match=r"belongs to another user\. Run Waymark as the user who set it up"):
        load_secrets(tmp_path / "secrets.json")
