"""Every clause from referral to move-in has a page, and the list of clauses names it."""

from __future__ import annotations

from tests.support.routes import route_names

from waymark.duties.coverage import coverage_table
from waymark.duties.engine import load_pack
from waymark.duties.where_done import _KEPT_ON, RECORD, pages_of
from waymark.setup import paths

PACK = load_pack(paths.ROOT / "protocols" / "islington.toml")
OF_PAGES = ("REF-", "SEA-", "HAS-", "CHA-")


def test_every_clause_from_referral_to_move_in_has_pages_of_its_own():
    wanted = {clause for clause in PACK.clauses if clause.startswith(OF_PAGES)}

    assert wanted <= _KEPT_ON.keys()
    assert _KEPT_ON.keys() <= PACK.clauses.keys()


def test_every_page_that_is_named_is_there():
    named = {name for clause in PACK.clauses for name, _ in pages_of(clause)}

    assert named <= route_names()


def test_the_list_of_clauses_names_the_page_of_each():
    lines = {line.split()[0]: line for line in coverage_table(PACK)}

    assert "A referral: Checks by others" in lines["REF-07"]
    assert lines["PPM-02"].endswith(f"page: {RECORD[1]}")
