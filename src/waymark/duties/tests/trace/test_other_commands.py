"""`calendar due`, `protocol explain` and `protocol coverage`."""

from __future__ import annotations

from pathlib import Path

import pytest

from waymark.duties.engine.tests.kit import pack_text

from .kit import GOOD_PACK, PLANNING, Command, refused


@pytest.mark.parametrize(
    ("day", "within", "printed"),
    [
        ("2023-04-27", "10 working days", "2023-05-15"),
        ("2026-03-02", "5 days", "2026-03-07"),
        ("2026-01-31", "1 month", "2026-02-28"),
        ("2028-01-31", "1 month", "2028-02-29"),
        ("2026-03-28", "1 day", "2026-03-29"),
        ("2026-03-29", "1 day", "2026-03-30"),
        ("2026-10-24", "1 day", "2026-10-25"),
        ("2026-10-25", "1 day", "2026-10-26"),
        ("2026-12-24", "1 working day", "2026-12-29"),
        ("2026-03-02", "2 weeks", "2026-03-16"),
    ],
)
def test_it_prints_the_last_day(run: Command, day: str, within: str, printed: str) -> None:
    answer = run("calendar", "due", day, within)
    assert (answer.status, answer.out, answer.err) == (0, f"{printed}\n", "")


def test_a_day_beyond_the_known_bank_holidays_is_called_provisional(run: Command) -> None:
    answer = run("calendar", "due", "2061-03-02", "5 working days")
    assert answer.out.startswith("2061-03-09 (provisional")
    assert "provisional" not in run("calendar", "due", "2061-03-02", "5 days").out


@pytest.mark.parametrize(
    ("day", "within"),
    [
        ("27/04/2023", "5 days"),
        ("2023-02-30", "5 days"),
        ("2023-04-27T10:00:00", "5 days"),
        ("2023-04-27", "five days"),
        ("2023-04-27", "5"),
        ("2023-04-27", "promptly"),
        ("2023-04-27", "24 hours"),
        ("2023-04-27", "99999999999 days"),
        ("2023-04-27", "9999999 months"),
    ],
)
def test_what_cannot_be_counted_is_refused_in_words(run: Command, day: str, within: str) -> None:
    answer = run("calendar", "due", day, within)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.strip()
    assert "Traceback" not in answer.err


def test_explain_reads_a_clause_back_in_plain_english(run: Command, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(GOOD_PACK)
    answer = run("protocol", "explain", tmp_path / "p.toml", "--clause", "PPM-02")
    assert answer.status == 0
    for words in ("PPM-02", "old the placement planning meeting", "5 days", "social worker", "lacement started",
                  "Placement planning (at move-in): When"):  # fmt: skip
        assert words in answer.out
    assert "placement_started" not in answer.out
    assert answer.out.strip() in run("protocol", "explain", tmp_path / "p.toml").out


def test_explain_says_whose_a_number_is(run: Command, tmp_path: Path) -> None:
    local = PLANNING.replace('within = "5 days"', 'within = "promptly"\ntime_from = "local default: no time is given"')
    (tmp_path / "p.toml").write_text(pack_text(local))
    answer = run("protocol", "explain", tmp_path / "p.toml", "--clause", "PPM-02")
    assert "1 working day" in answer.out
    assert "local default: no time is given" in answer.out


def test_explain_refuses_a_clause_that_is_not_there(run: Command, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(GOOD_PACK)
    refused(run("protocol", "explain", tmp_path / "p.toml", "--clause", "PPM-99"), "p.toml", "PPM-99")


def test_coverage_lists_each_clause_and_how_it_is_realised(run: Command, tmp_path: Path) -> None:
    guidance = '[guidance.GAN-11]\nsays = "Note cars."\nreason = "Nobody can check it."\nshown_on = ["panel_held"]\n'
    recurring = PLANNING.replace("PPM-02", "REV-01").replace("within", "every")
    (tmp_path / "p.toml").write_text(pack_text(PLANNING, recurring, guidance))
    rows = run("protocol", "coverage", tmp_path / "p.toml").out.splitlines()
    assert [row.split()[:2] for row in rows[:-1]] == [
        ["PPM-02", "duty"],
        ["REV-01", "recurring"],
        ["GAN-11", "guidance"],
    ]
    assert "Nobody can check it." in rows[2]
    assert rows[-1].startswith("3 clauses")


@pytest.mark.parametrize(
    "arguments", [(), ("protocol",), ("protocol", "trace"), ("calendar",), ("protocol", "burn", "x")]
)
def test_a_command_that_does_not_exist_is_refused(run: Command, arguments: tuple[str, ...]) -> None:
    answer = run(*arguments)
    assert (answer.status, answer.out) == (2, "")
    assert "usage:" in answer.err
