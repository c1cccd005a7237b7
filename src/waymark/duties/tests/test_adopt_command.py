"""`./waymark protocol adopt`: what it says, and what it refuses before anything is changed."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from waymark.access.models import Adoption
from waymark.audit.models import Entry
from waymark.duties.engine.tests.kit import pack_text
from waymark.duties.tests.trace.kit import PLANNING

pytestmark = pytest.mark.usefixtures("borough")


@pytest.fixture
def adopt(tmp_path):
    """Run the command on a small pack in force from 2020; gives what it says."""

    def adopting(*options, pack=None, version="1"):
        path = tmp_path / "pack.toml"
        path.write_text(pack_text(PLANNING, version=version, in_force="2020-01-01") if pack is None else pack)
        said = StringIO()
        call_command("adopt_protocol", str(path), "--authority", "B1", *options, stdout=said)
        return said.getvalue()

    return adopting


def refused(adopt, *options, **pack):
    with pytest.raises(CommandError) as caught:
        adopt(*options, **pack)
    assert caught.value.returncode == 2
    assert not Adoption.objects.exists()
    return str(caught.value)


def test_a_version_is_adopted_from_a_day_and_kept_word_for_word(adopt, tmp_path):
    assert adopt("--from", "2026-04-01") == "A small protocol, version 1, from 2026-04-01.\n"
    assert Adoption.objects.get().text == (tmp_path / "pack.toml").read_text()


def test_a_dry_run_changes_nothing(adopt):
    assert "Nothing has been changed." in adopt("--from", "2026-04-01", "--dry-run")
    assert not Adoption.objects.exists()


def test_what_a_dry_run_prints_is_on_the_trail(adopt):
    adopt("--from", "2026-04-01", "--dry-run")

    assert Entry.objects.get(action="export").purpose == "what an adoption would change"


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)], ids=["adopt", "dry run"])
def test_a_second_version_from_the_same_day_is_refused(adopt, dry_run):
    adopt("--from", "2026-04-01")
    with pytest.raises(CommandError, match="B1 has adopted version 1 from 2026-04-01 already") as caught:
        adopt("--from", "2026-04-01", *dry_run, version="2")
    assert caught.value.returncode == 2
    assert adopt("--from", "2026-04-02", version="2")


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2019-12-31", "version 1 is in force from 2020-01-01, so it cannot be adopted from 2019-12-31"),
        ("0001-01-01", "outside the years 1900 to 2999"),
        ("9999-12-31", "outside the years 1900 to 2999"),
    ],
)
def test_a_day_that_cannot_be_is_refused(adopt, day, says):
    assert says in refused(adopt, "--from", day)


def test_a_pack_that_is_not_well_formed_is_refused_with_its_line(adopt):
    assert refused(adopt, "--from", "2026-04-01", pack="[protocol]\nid = ").startswith("pack.toml:2: ")


def test_a_term_that_the_pack_does_not_have_is_refused(adopt):
    assert "no term 'shortly'" in refused(adopt, "--from", "2026-04-01", "--term", "shortly=1 day")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--from", "01/04/2026"), "is not a day such as 2026-04-01"),
        (("--from", "2026-04-01", "--term", "promptly"), "is not NAME=VALUE"),
    ],
)
def test_an_option_that_cannot_be_read_is_refused(adopt, options, says):
    with pytest.raises(CommandError, match=says):
        adopt(*options)


def test_a_borough_nobody_knows_is_refused_with_those_there_are(adopt):
    assert "There is no borough B9. Known: B1." in refused(adopt, "--from", "2026-04-01", "--authority", "B9")
