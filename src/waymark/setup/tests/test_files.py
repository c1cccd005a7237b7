import errno
import os
import subprocess
import sys

import pytest

from waymark.setup.errors import SetupError
from waymark.setup.files import cannot_write, locked, make_folder, shared, try_lock, write_whole


def test_a_lock_that_is_held_cannot_be_taken_until_it_is_let_go(tmp_path):
    with locked(tmp_path / "lock"):
        assert try_lock(tmp_path / "lock") is None
    descriptor = try_lock(tmp_path / "lock")

    assert descriptor is not None
    os.close(descriptor)


def test_several_may_share_a_lock_and_none_may_hold_it_alone_meanwhile(tmp_path):
    with shared(tmp_path / "lock"), shared(tmp_path / "lock"):
        assert try_lock(tmp_path / "lock") is None


def test_one_who_must_wait_for_a_lock_is_told(tmp_path):
    script = (
        "import pathlib, sys; from waymark.setup.files import locked\n"
        "with locked(pathlib.Path(sys.argv[1]), waiting='Waiting.'): print('Had it.')"
    )
    with locked(tmp_path / "lock"):
        second = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True
        )
        first_line = second.stdout.readline()

    assert first_line == "Waiting.\n"
    assert second.communicate()[0] == "Had it.\n"


def test_a_file_is_written_whole_and_for_its_owner_only(tmp_path):
    write_whole(tmp_path / "secret", "one", mode=0o600)
    write_whole(tmp_path / "secret", "two", mode=0o600)

    assert (tmp_path / "secret").read_text() == "two"
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_a_folder_that_cannot_be_made_is_an_error_that_says_what_to_do(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(SetupError, match=r"Cannot write .*file/inside: Not a directory\. Run Waymark as the user"):
        make_folder(tmp_path / "file" / "inside")


def test_a_full_disk_is_told_from_a_folder_that_is_not_ours(tmp_path):
    full = cannot_write(tmp_path, OSError(errno.ENOSPC, "No space left on device"))
    closed = cannot_write(tmp_path, OSError(errno.EACCES, "Permission denied"))

    assert "is full. Free about 1 GB" in str(full)
    assert "Permission denied. Run Waymark as the user who owns the checkout" in str(closed)
