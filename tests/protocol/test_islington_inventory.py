"""The pack holds every clause of the inventory, as the kind it is, and never credits the document with a number."""

from __future__ import annotations

import re

from waymark.duties.engine import Pack
from waymark.duties.engine.pack import Duty, Guidance

# 163 clauses: the last number of each series, and how many series there are.
INVENTORY = {
    "SCO": 1,
    "REF": 14,
    "SEA": 13,
    "HAS": 14,
    "CHA": 8,
    "PPM": 13,
    "REV": 8,
    "MOV": 6,
    "INF": 21,
    "GAN": 13,
    "PAN": 9,
    "LOC": 5,
    "CSE": 12,
    "MIS": 13,
    "INC": 6,
    "FOR": 2,
    "CON": 2,
    "GOV": 3,
}
SIZE = 163

KINDS = {
    "escalation": "CHA-02 CHA-04 CHA-06",
    "gate": "REF-07 REF-10 SEA-10 HAS-07 HAS-10 MOV-01 MOV-02 MOV-03 PAN-02",
    "content": """REF-03 REF-04 REF-05 REF-06 REF-11 REF-13 HAS-02 HAS-03 HAS-04 HAS-12 PPM-05 PPM-07 PPM-08 PPM-10
        REV-04 INF-04 INF-05 INF-20 MIS-02 MIS-03 MIS-09 MIS-10 INC-05""",
    "rule": "REF-02 SEA-09 PPM-03 PPM-04 REV-02 REV-08 MIS-13 INC-01",
    "guidance": """SCO-01 REF-12 SEA-02 SEA-05 PPM-06 REV-03 MOV-04 INF-02 INF-03 INF-09 INF-15 INF-19 INF-21 GAN-02
        GAN-08 GAN-11 GAN-12 PAN-09 LOC-05 CSE-05 CSE-06 CSE-09 CSE-10 MIS-06 MIS-07 MIS-08 INC-04 INC-06 FOR-02
        CON-02 GOV-01 GOV-02 GOV-03""",
}
RECURRING = "SEA-11 REV-01 INF-13 INF-14 GAN-01 LOC-01 LOC-04 FOR-01 CON-01"
MUST = "REF-03 SEA-10 HAS-11 PPM-01 PPM-02 PPM-03 PPM-05 INC-02 INC-03"

# Where the document itself says by when, part by part. Everything else was decided locally and must say so.
TIMED_BY_THE_DOCUMENT = """HAS-01 HAS-08 PPM-01 PPM-02 PPM-12 REV-01 REV-05 INF-01/writing INF-14 GAN-01 GAN-04 PAN-01
    PAN-06 PAN-08 LOC-01 LOC-02 LOC-04 CSE-02 CSE-08 CSE-12 MIS-04 MIS-05/report MIS-12 FOR-01 CON-01"""


def identifiers() -> list[str]:
    return [f"{series}-{number:02}" for series, last in INVENTORY.items() for number in range(1, last + 1)]


def named(text: str) -> set[str]:
    return set(text.split())


def test_the_inventory_here_is_whole() -> None:
    assert len(identifiers()) == SIZE


def test_every_clause_of_the_inventory_is_in_the_pack_and_no_other(islington: Pack) -> None:
    assert sorted(set(identifiers()) ^ set(islington.clauses)) == []


def test_each_clause_is_the_kind_that_the_inventory_says(islington: Pack) -> None:
    special = {clause for names in KINDS.values() for clause in named(names)}
    kinds = {kind: named(names) for kind, names in KINDS.items()} | {"duty": set(identifiers()) - special}
    found = {kind: {clause.id for clause in islington.clauses.values() if clause.kind == kind} for kind in kinds}
    assert found == kinds


def test_recurring_clauses_recur_and_only_they(islington: Pack) -> None:
    assert {clause.id for clause in islington.executable if isinstance(clause, Duty) and clause.recurs} == named(
        RECURRING
    )


def test_only_what_the_document_calls_a_must_is_one(islington: Pack) -> None:
    assert {clause.id for clause in islington.clauses.values() if clause.modality == "must"} == named(MUST)


def test_only_times_that_the_document_gives_are_credited_to_it(islington: Pack) -> None:
    credited = {
        f"{clause.id}/{part.name}" if part.name else clause.id
        for clause in islington.executable
        if isinstance(clause, Duty)
        for part in clause.parts
        if not part.deadline.time_from
    }
    assert credited == named(TIMED_BY_THE_DOCUMENT)


def test_what_cannot_be_executed_says_why_and_is_shown_somewhere(islington: Pack) -> None:
    guidance = [clause for clause in islington.clauses.values() if isinstance(clause, Guidance)]
    assert [clause.id for clause in guidance if not (clause.reason and clause.shown_on)] == []


def test_every_clause_can_be_read_aloud_and_says_where_it_stands(islington: Pack) -> None:
    for clause in islington.clauses.values():
        assert clause.title and not clause.title.endswith("."), clause.id
        assert clause.says.endswith("."), clause.id
        assert clause.cite and clause.section, clause.id
        assert re.search(r"[–—]|\b(SW|YPA?|IGT|EDT|YOS|LCS|HASS|IRO)\b", clause.says) is None, clause.id


def test_what_is_owed_is_said_as_an_instruction_once(islington: Pack) -> None:
    titles = [clause.title for clause in islington.executable]
    assert sorted({title for title in titles if titles.count(title) > 1}) == []
