"""A pack that cannot be used: one message naming file, line and clause, status 2, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from waymark.duties.engine.tests.kit import pack_text

from .kit import GOOD_PACK, NOW, PLANNING, STARTED, Command, as_text, refused

HEAD_LINES = pack_text().count("\n")


def line_of(pack: str, words: str) -> int:
    """The number of the first line that holds these words."""
    return next(number for number, line in enumerate(pack.splitlines(), start=1) if words in line)


def with_line(clause: str, old: str, new: str) -> str:
    """A pack of one clause with a line of it changed."""
    assert old in clause
    return pack_text(clause.replace(old, new))


def test_a_good_pack_is_said_to_be_good(check: Command) -> None:
    printed = check(GOOD_PACK)
    assert (printed.status, printed.err) == (0, "")
    assert "A small protocol, version 1: 1 clauses" in printed.out


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('within = "5 days"', 'within = "soon"', "soon"),
        ('within = "5 days"', 'within = "5 fortnights"', "5 fortnights"),
        ('within = "5 days"', 'within = "0 days"', "0 days"),
        ('within = "5 days"', 'within = "-5 days"', "-5 days"),
        ('within = "5 days"', "within = 5", "within"),
        ('within = "5 days"', "within = 2026-03-02", "within"),
        ('within = "5 days"', 'wihtin = "5 days"', "within"),
        ('within = "5 days"', 'within = "5 days"\nevery = "1 week"', "within"),
        ('within = "5 days"', 'at = "scheduled_for"', "scheduled_for"),
        ('after = "placement_started"', 'after = "placement_begun"', "placement_begun"),
        ('after = "placement_started"', 'after = ""', "after"),
        ('after = "placement_started"', 'after = "placement_started{unit=}"', "placement_started{unit=}"),
        ('after = "placement_started"', 'after = "placement_started{"', "placement_started{"),
        ('after = "placement_started"', 'after = "breach of PPM-99"', "PPM-99"),
        ('after = "placement_started"', 'before = "placement_started"', "after"),
        ('about = "placement"', 'about = "palace"', "palace"),
        ('about = "placement"', 'about = "review"', "review"),
        ('who = "social_worker"', 'who = "tea_lady"', "tea_lady"),
        ('who = "social_worker"', 'who = [{ when = "age <", role = "police" }, { role = "social_worker" }]', "age <"),
        (
            'who = "social_worker"',
            'who = [{ when = "shoe_size > 9", role = "police" }, { role = "social_worker" }]',
            "shoe_size",
        ),
        ('who = "social_worker"', "who = []", "who"),
        ('who = "social_worker"', "who = 5", "who"),
        ('done_by = "planning_meeting_held"', 'done_by = "planning_meeting_hold"', "planning_meeting_hold"),
        ('done_by = "planning_meeting_held"', "done_by = true", "done_by"),
        ('done_by = "planning_meeting_held"', 'done_by = "planning_meeting_held +"', "planning_meeting_held +"),
        ('unless = "placement_ended"', 'until = "placement_over"', "placement_over"),
        ('unless = "placement_ended"', 'unless = "placement_ended"\nuntil = "placement_ended"', "unless"),
        ('unless = "placement_ended"', 'when = "gang_risk and"', "gang_risk and"),
        ('unless = "placement_ended"', 'when = "gang_risk)"', "gang_risk)"),
        ('unless = "placement_ended"', 'when = "gangrisk"', "gangrisk"),
        ('unless = "placement_ended"', "when = \"switch.forms == 'new'\"", "forms"),
        ('unless = "placement_ended"', 'may_come_before = "yes"', "may_come_before"),
        ('unless = "placement_ended"', 'age_on = "birthday"', "age_on"),
        ('unless = "placement_ended"', 'colour = "blue"', "colour"),
        ('unless = "placement_ended"', 'escalate = [{ after = "later", to = "service_manager" }]', "later"),
        ('unless = "placement_ended"', 'escalate = [{ after = "2 days", to = "tea_lady" }]', "tea_lady"),
        ('unless = "placement_ended"', 'escalate = [{ to = "service_manager" }]', "after"),
        ('modality = "must"', 'modality = "may"', "may"),
    ],
)
def test_a_clause_that_is_not_well_formed_is_named_with_file_line_and_clause(
    check: Command, old: str, new: str, says: str
) -> None:
    pack = with_line(PLANNING, old, new)
    message = refused(check(pack), "pack.toml:", "PPM-02", says)
    line = int(message.split(":")[1])
    first = line_of(pack, "[duty.PPM-02]")
    assert first <= line <= first + PLANNING.count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('within = "5 days"', 'within = "soon"'),
        ('after = "placement_started"', 'after = "placement_begun"'),
        ('who = "social_worker"', 'who = "tea_lady"'),
        ('unless = "placement_ended"', 'colour = "blue"'),
        ('modality = "must"', 'modality = "may"'),
    ],
)
def test_the_line_named_is_the_line_that_is_wrong(check: Command, old: str, new: str) -> None:
    pack = with_line(PLANNING, old, new)
    refused(check(pack), f"pack.toml:{line_of(pack, new)}:")


@pytest.mark.parametrize("key", ["title", "cite", "modality", "after", "who", "done_by", "within"])
def test_a_key_that_a_duty_cannot_do_without_is_named(check: Command, key: str) -> None:
    lines = GOOD_PACK.splitlines()
    head_end = line_of(GOOD_PACK, "[duty.PPM-02]")
    pack = "\n".join(line for number, line in enumerate(lines, 1) if number <= head_end or not line.startswith(key))
    refused(check(pack), "pack.toml:", "PPM-02", key)


@pytest.mark.parametrize("key", ["id", "title", "version", "in_force"])
def test_a_head_without_one_of_its_lines_is_refused(check: Command, key: str) -> None:
    lines = GOOD_PACK.splitlines()
    pack = "\n".join(line for number, line in enumerate(lines, 1) if number > 7 or not line.startswith(f"{key} ="))
    refused(check(pack), "pack.toml", key)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("in_force = 2000-01-01", 'in_force = "last year"', "in_force"),
        ("in_force = 2000-01-01", "in_force = 2000", "in_force"),
        ('version = "1"', "version = 1", "version"),
        ('means = "1 working day"', 'means = "soon"', "soon"),
        ('means = "1 working day"', "", "means"),
        ('decided_by = "local default: the document gives no number"', "", "decided_by"),
        ("[term.promptly]", "[trem.promptly]", "trem"),
        ("[protocol]", "[protocoll]", "protocol"),
    ],
)
def test_a_head_or_term_that_is_wrong_is_named(check: Command, old: str, new: str, says: str) -> None:
    assert old in GOOD_PACK
    refused(check(GOOD_PACK.replace(old, new, 1)), "pack.toml", says)


def test_a_pack_without_its_head_is_refused(check: Command) -> None:
    refused(check(PLANNING), "pack.toml", "protocol")


def test_a_pack_without_clauses_is_refused(check: Command) -> None:
    refused(check(pack_text()), "pack.toml", "clause")


def test_an_undefined_term_is_named(check: Command) -> None:
    pack = with_line(PLANNING, '"5 days"', '"without_delay"')
    refused(check(pack), f"pack.toml:{line_of(pack, 'without_delay')}", "PPM-02", "without_delay")


def test_the_same_clause_twice_is_named_at_the_second(check: Command) -> None:
    pack = pack_text(PLANNING, PLANNING)
    second = [number for number, line in enumerate(pack.splitlines(), 1) if line == "[duty.PPM-02]"][1]
    refused(check(pack), f"pack.toml:{second}", "PPM-02")


def test_the_same_identifier_under_two_kinds_is_refused(check: Command) -> None:
    gate = """[gate.PPM-02]
before = "placement_started"
about = "placement"
who = "social_worker"
needs = "planning_meeting_held"
"""
    refused(check(pack_text(PLANNING, gate)), "pack.toml:", "PPM-02")


def test_a_kind_of_clause_that_does_not_exist_is_named(check: Command) -> None:
    refused(check(pack_text(PLANNING, PLANNING.replace("[duty.PPM-02]", "[wish.PPM-03]"))), "pack.toml", "wish")


def waiting(clause: str, other: str) -> str:
    return PLANNING.replace("PPM-02", clause).replace('"placement_started"', f'"breach of {other}"')


@pytest.mark.parametrize("circle", [("A",), ("A", "B"), ("A", "B", "C")])
def test_clauses_that_wait_for_each_others_breach_are_refused(check: Command, circle: tuple[str, ...]) -> None:
    clauses = [waiting(one, other) for one, other in zip(circle, circle[1:] + circle[:1], strict=True)]
    message = refused(check(pack_text(PLANNING, *clauses)), "pack.toml:")
    assert any(name in message for name in circle)


def test_a_long_chain_of_clauses_that_wait_is_not_a_circle(check: Command) -> None:
    names = [f"C{number}" for number in range(40)]
    chain = [waiting(one, other) for one, other in zip(names, ["PPM-02", *names], strict=False)]
    assert check(pack_text(PLANNING, *chain)).status == 0
    assert check(pack_text(*reversed(chain), PLANNING)).status == 0


@pytest.mark.parametrize("kind", ["gate", "content", "rule", "guidance"])
def test_only_a_duty_can_be_breached_so_that_another_begins(check: Command, kind: str) -> None:
    bodies = {
        "gate": 'before = "placement_started"\nneeds = "planning_meeting_held"\nwho = "social_worker"',
        "content": 'on = "support_plan_written"\nhas = ["outcomes"]',
        "rule": 'on = "planning_meeting_held"\nrequires = [{ that = "data.at_placement", missing = "at_placement" }]',
        "guidance": 'says = "Take care."\nreason = "Nobody can check it."',
    }
    about = "" if kind == "guidance" else 'about = "placement"\n'
    printed = check(pack_text(f"[{kind}.X]\n{about}{bodies[kind]}\n", waiting("Y", "X")))
    if kind == "guidance":
        refused(printed, "pack.toml:", "Y", "X")
    else:  # a gate or a check may be breached; what matters is that it is said, not a crash
        assert printed.status in (0, 2)
        assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    ("clause", "says"),
    [
        ('[gate.G]\nbefore = "referral_submitted"\nabout = "referral"\nwho = "social_worker"\n', "needs"),
        ('[gate.G]\nabout = "referral"\nwho = "social_worker"\nneeds = "yos_consulted"\n', "before"),
        ('[gate.G]\nbefore = "referral_submitted"\nabout = "referral"\nneeds = "no_such"\n', "no_such"),
        ('[content.G]\non = "referral_submitted"\nabout = "referral"\n', "has"),
        ('[content.G]\nabout = "referral"\nhas = ["risk_detail"]\n', "on"),
        ('[content.G]\non = "referral_submitted"\nabout = "referral"\nhas = [5]\n', "has"),
        ('[rule.G]\non = "review_held"\nabout = "review"\n', "requires"),
        ('[rule.G]\non = "review_held"\nabout = "review"\nrequires = [{ that = "age <" , missing = "x" }]\n', "age <"),
        ('[rule.G]\non = "review_held"\nabout = "review"\nrequires = [{ that = "age < 18" }]\n', "missing"),
        ('[rule.G]\non = "review_held"\nabout = "review"\nrequires = [{ missing = "x" }]\n', "that"),
        ('[rule.G]\non = "review_held"\nabout = "review"\nrequires = [{ earlier = "none", missing = "x" }]\n', "none"),
        ('[guidance.G]\nsays = "Take care."\nreason = "r"\nshown_on = ["no_such"]\n', "no_such"),
    ],
)  # fmt: skip
def test_other_kinds_of_clause_are_checked_as_strictly(check: Command, clause: str, says: str) -> None:
    refused(check(pack_text(clause)), "pack.toml:", "G", says)


@pytest.mark.parametrize("by", ["data.scheduled_for", "data.due"])
def test_a_date_that_the_trigger_does_not_carry_is_refused(check: Command, by: str) -> None:
    pack = with_line(PLANNING, 'within = "5 days"', f'by = "{by}"')
    refused(check(pack), "pack.toml:", "PPM-02", by)


@pytest.mark.parametrize(
    "part",
    [
        "[[duty.PPM-02.part]]\n",
        '[[duty.PPM-02.part]]\nname = "a"\nwithin = "1 day"\n',
        '[[duty.PPM-02.part]]\nname = "a"\ndone_by = "planning_meeting_held"\n',
        '[[duty.PPM-02.part]]\nwithin = "1 day"\ndone_by = "planning_meeting_held"\n',
        2 * '[[duty.PPM-02.part]]\nname = "a"\nwithin = "1 day"\ndone_by = "planning_meeting_held"\n',
    ],
)
def test_a_part_needs_a_name_of_its_own_a_time_and_evidence(check: Command, part: str) -> None:
    body = "\n".join(line for line in PLANNING.splitlines() if not line.startswith(("within", "done_by")))
    refused(check(pack_text(f"{body}\n{part}")), "pack.toml:", "PPM-02")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\x00",
        bytes(range(256)),
        b"\x89PNG\r\n\x1a\n" + bytes(range(128, 192)),
        GOOD_PACK.encode("utf-16"),
        GOOD_PACK.replace("small", "smäll").encode("latin-1"),
        b"{}",
        b"[[[[",
        b"[protocol",
        b"a = " + b"[" * 5000,
        b"a = " + b"[" * 100_000 + b"]" * 100_000,
        b"a" + b".a" * 3000 + b" = 1",
        b"protocol = 5",
        b"[protocol]\nid = 1979-05-27T07:32:00",
        b"duty = 5\n" + GOOD_PACK.encode().replace(b"[duty.PPM-02]", b"[gate.PPM-02]"),
        GOOD_PACK.encode().replace(b"[duty.PPM-02]", b"[[duty.PPM-02]]"),
        GOOD_PACK.encode().replace(b"[duty.PPM-02]", b"[duty]"),
    ],
)
def test_what_is_not_a_pack_at_all_is_refused(check: Command, content: bytes) -> None:
    refused(check(content), "pack.toml")


@pytest.mark.parametrize("cut", [5, 30, 90, 200, 480, 500, 530, 560, 590])
def test_a_pack_that_ends_in_the_middle_of_a_line_is_refused(check: Command, cut: int) -> None:
    part = GOOD_PACK[:cut]
    if part.count('"') % 2:  # inside a text
        message = refused(check(part), "pack.toml:")
        assert int(message.split(":")[1]) == part.count("\n") + 1
    else:
        refused(check(part), "pack.toml")


def test_windows_line_ends_and_a_byte_order_mark_are_fine_or_named(check: Command) -> None:
    assert check(GOOD_PACK.replace("\n", "\r\n")).status == 0
    printed = check(b"\xef\xbb\xbf" + GOOD_PACK.encode())
    if printed.status:
        refused(printed, "pack.toml:1")


def test_a_pack_of_an_absurd_size_is_refused(check: Command) -> None:
    refused(check(GOOD_PACK + "# " + "x" * 6_000_000), "pack.toml")


@pytest.mark.parametrize("command", ["check", "explain", "coverage"])
@pytest.mark.parametrize("path", ["none.toml", "folder"])
def test_a_pack_that_cannot_be_opened_is_refused(run: Command, tmp_path: Path, command: str, path: str) -> None:
    (tmp_path / "folder").mkdir()
    refused(run("protocol", command, tmp_path / path), path)


def test_a_pack_that_may_not_be_read_is_refused(run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "locked.toml").write_text(GOOD_PACK)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    refused(run("protocol", "check", tmp_path / "locked.toml"), "locked.toml", "Permission denied")


def test_a_bad_pack_stops_a_trace_before_the_trace_is_read(trace: Command) -> None:
    bad = with_line(PLANNING, '"5 days"', '"soon"')
    refused(trace(raw="rubbish", packs=(bad,)), "pack1.toml:", "PPM-02", "soon")
    refused(trace(STARTED, packs=(GOOD_PACK, bad)), "pack2.toml:", "PPM-02", "soon")


@pytest.mark.parametrize(
    "huge",
    ["999999999 days", "99999999999999999999 days", "99999 months", "999999999999 hours", "9999999 working days"],
)
def test_a_time_beyond_the_calendar_is_refused_somewhere_and_never_crashes(
    run: Command, tmp_path: Path, huge: str
) -> None:
    (tmp_path / "pack.toml").write_text(with_line(PLANNING, '"5 days"', f'"{huge}"'))
    (tmp_path / "trace.jsonl").write_text(as_text(STARTED))
    arguments: tuple[Any, ...] = (tmp_path / "pack.toml", tmp_path / "trace.jsonl", "--now", NOW, "--json")
    printed = run("protocol", "trace", *arguments)
    if printed.status:
        refused(printed)
