"""What a trace may say of the protocols that were in use, and since when."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from waymark.duties.engine.tests.kit import pack_text

from .kit import GOOD_PACK, HELD, PLANNING, STARTED, Command, refused

SECOND = pack_text(PLANNING.replace("5 days", "9 days"), version="2")
PROMPTLY = pack_text(PLANNING.replace('"5 days"', '"promptly"'))


def in_use(since: str, *, event_id: str = "u1", case: str = "YP1", **said: Any) -> dict[str, Any]:
    """A protocol came into use for a case."""
    data = {"protocol": "test-protocol", "version": "1"} | said
    said_of = {"id": event_id, "case": case, "type": "protocol_in_use", "occurred_at": f"{since}T00:00:00+00:00"}
    return said_of | {"data": {name: value for name, value in data.items() if value is not ...}}


def test_what_began_before_the_protocol_came_into_use_is_not_known_and_why_says_so(trace: Command) -> None:
    [line] = trace(in_use("2026-03-03"), STARTED).lines
    assert line["state"] == "unknown"
    assert "the protocol was not in use here until Tue 3 Mar 2026, so whether it was done is not known" in line["why"]


def test_what_the_record_does_not_reach_back_to_is_not_put_down_to_the_protocol(trace: Command) -> None:
    covered = {"id": "f", "case": "YP1", "type": "facts_recorded", "occurred_at": "2026-03-10T10:00:00+00:00"}
    [line] = trace(in_use("2026-03-01"), STARTED, covered | {"data": {"covered_from": "2026-03-10"}}).lines
    assert "the record does not reach back that far" in line["why"]


def test_what_began_on_the_day_is_judged(trace: Command) -> None:
    assert [line["state"] for line in trace(in_use("2026-03-02"), STARTED).lines] == ["breached"]


def test_it_counts_wherever_the_line_stands_and_whatever_now_is(trace: Command) -> None:
    said = in_use("2026-04-01")
    assert [line["state"] for line in trace(STARTED, said).lines] == ["unknown"]
    assert trace(STARTED, said).out == trace(said, STARTED, said).out


def test_other_cases_go_by_the_day_of_the_file(trace: Command) -> None:
    other = STARTED | {"id": "e9", "case": "YP2"}
    lines = trace(in_use("2026-03-03"), STARTED, other).lines
    assert [(line["case"], line["state"]) for line in lines] == [("YP1", "unknown"), ("YP2", "breached")]


def test_each_version_judges_from_when_it_came_into_use(trace: Command) -> None:
    first, second = in_use("2026-03-01"), in_use("2026-03-03", event_id="u2", version="2")
    later = STARTED | {"id": "e9", "occurred_at": "2026-03-04T10:00:00+00:00", "refs": {"placement": "P2"}}
    for packs in ((GOOD_PACK, SECOND), (SECOND, GOOD_PACK)):
        lines = trace(first, second, STARTED, later, packs=packs).lines
        assert [(line["version"], line["due"][:10]) for line in lines] == [("1", "2026-03-08"), ("2", "2026-03-14")]


def test_the_boroughs_own_numbers_count_and_those_of_whoever_tries_it_more(trace: Command) -> None:
    said = in_use("2026-03-01", terms={"promptly": "3 days"})
    [line] = trace(said, STARTED, packs=(PROMPTLY,)).lines
    assert line["due"][:10] == "2026-03-06"
    [tried] = trace(said, STARTED, packs=(PROMPTLY,), options=("--json", "--term", "promptly=7 days")).lines
    assert tried["due"][:10] == "2026-03-10"


def test_a_case_in_which_no_protocol_was_ever_in_use_gives_no_lines(trace: Command) -> None:
    printed = trace(in_use("1900-01-01", protocol=None, version=...), STARTED, HELD)
    assert (printed.status, printed.out) == (0, "")


def test_the_packs_given_can_be_tried_whatever_was_adopted(trace: Command) -> None:
    said = in_use("2026-03-03", version="7")
    assert trace(said, STARTED, options=("--json", "--ignore-adoptions")).out == trace(STARTED).out


def test_two_protocols_may_be_given_where_the_trace_says_which_was_in_use(trace: Command) -> None:
    other = SECOND.replace("test-protocol", "other-protocol")
    first, second = in_use("2026-03-01"), in_use("2026-03-03", event_id="u2", version="2", protocol="other-protocol")
    assert [line["version"] for line in trace(first, second, STARTED, packs=(GOOD_PACK, other)).lines] == ["1"]
    someone_else = STARTED | {"id": "e9", "case": "YP2"}
    refused(trace(first, second, STARTED, someone_else, packs=(GOOD_PACK, other)), "other-protocol")


def test_a_pack_that_is_not_word_for_word_what_was_adopted_is_used_and_named(trace: Command) -> None:
    digest = sha256(GOOD_PACK.encode()).hexdigest()
    assert trace(in_use("2026-03-01", sha256=digest), STARTED).err == ""
    printed = trace(in_use("2026-03-01", sha256=digest), STARTED, packs=(GOOD_PACK + "# a note\n",))
    assert printed.status == 0
    assert printed.err == "Note: pack1.toml is not word for word version 1 of test-protocol as it was adopted.\n"


def test_of_two_texts_of_one_version_the_adopted_one_judges(trace: Command) -> None:
    changed = GOOD_PACK.replace("5 days", "8 days")
    said = in_use("2026-03-01", sha256=sha256(changed.encode()).hexdigest())
    [line] = trace(said, STARTED, packs=(GOOD_PACK, changed)).lines
    assert line["due"][:10] == "2026-03-11"
    refused(trace(in_use("2026-03-01"), STARTED, packs=(GOOD_PACK, changed)), "trace.jsonl:1", "given twice")
    assert trace(in_use("2026-03-01"), STARTED, packs=(GOOD_PACK, GOOD_PACK)).status == 0


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"version": "7"}, "version 7 of test-protocol has judged this case: give that pack too"),
        ({"protocol": "other"}, "version 1 of other"),
        ({"protocol": ...}, "data.protocol"),
        ({"protocol": None}, "data.protocol is null"),
        ({"protocol": 5}, "data.protocol"),
        ({"version": ...}, "data.version"),
        ({"version": ""}, "data.version"),
        ({"version": ["1"]}, "data.version"),
        ({"terms": ["promptly"]}, "data.terms"),
        ({"terms": {"promptly": 5}}, "data.terms"),
        ({"terms": {"promptly": "soon"}}, "soon"),
        ({"terms": {"shortly": "5 days"}}, "shortly"),
        ({"switches": {"x": "y"}}, "'x'"),
        ({"sha256": 5}, "data.sha256"),
        ({"versions": "1"}, "data.versions"),
    ],
)
def test_a_line_that_does_not_say_it_properly_is_named(trace: Command, said: dict[str, Any], says: str) -> None:
    refused(trace(STARTED, in_use("2026-03-01", **said)), "trace.jsonl:2", "event u1", says)


def test_such_a_line_cannot_be_withdrawn(trace: Command) -> None:
    withdrawal = HELD | {"id": "r", "type": "event_retracted", "data": {"event": "u1"}}
    refused(trace(in_use("2026-03-01"), STARTED, withdrawal), "trace.jsonl:3", "event r", "u1")
