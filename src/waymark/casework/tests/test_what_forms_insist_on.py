"""A form insists on the answers by which a clause begins, or does not; what comes from elsewhere is taken as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.pages import Filler, text_of
from tests.support.story import PACK

from waymark.duties.engine import parse_pack
from waymark.duties.engine.conditions import Condition
from waymark.duties.engine.pack import Check, Clause, Duty, Gate
from waymark.duties.engine.patterns import Pattern
from waymark.duties.models import Duty as DutyRow
from waymark.events.models import Event
from waymark.events.vocabulary import EVENT_TYPES

NOT_INSISTED_ON = {
    ("planning_meeting_held", "has"): "a box that is not ticked is an answer: there is no curfew",
}
"""Fields by which clauses begin that a form may leave out, and why."""


@pytest.fixture
def form(client_as, young_person, adopted):
    """The form for an event of the young person: `form(keyworker, "incident_recorded")`."""
    return lambda actor, name: Filler(client_as(actor), f"/records/{young_person.case_id}/record/{name}")


def deciding(clause: Clause) -> Iterator[tuple[str, str]]:
    """The fields of a clause's triggers by which it begins or does not: event type and field."""
    triggers = _triggers(clause)
    conditions = [clause.when, *_own_conditions(clause)]
    for need in triggers.needs if triggers else ():
        yield from ((need.type, name) for name in need.fields)
        yield from ((need.type, name) for condition in conditions if condition for name in condition.fields)
        if isinstance(clause, Duty) and clause.each:
            yield need.type, clause.each.removeprefix("data.")


def _triggers(clause: Clause) -> Pattern | None:
    if isinstance(clause, Duty):
        return clause.after
    if isinstance(clause, Gate):
        return clause.before
    return clause.on if isinstance(clause, Check) else None


def _own_conditions(clause: Clause) -> list[Condition | None]:
    """Conditions on which a part of a check, or what a gate needs, is passed over."""
    if isinstance(clause, Check):
        return [requirement.when for requirement in clause.requires]
    return [condition for condition, _ in clause.needs] if isinstance(clause, Gate) else []


def decided_by_the_pack() -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for clause in parse_pack(PACK.read_bytes(), file=PACK.name).clauses.values():
        for key in deciding(clause):
            found.setdefault(key, set()).add(clause.id)
    return found


def test_the_walk_through_the_pack_finds_what_clauses_turn_on():
    found = decided_by_the_pack()

    assert found["incident_recorded", "serious"] >= {"INC-03", "GAN-10", "CSE-04"}
    assert found["incident_recorded", "category"] >= {"INC-01", "GAN-10"}
    assert found["intelligence_received", "relevant"] == {"GAN-03"}
    assert found["review_held", "combined"] >= {"REV-02"}
    assert found["monthly_log_submitted", "young_people"] == {"INF-17"}


def test_every_answer_by_which_a_clause_begins_is_insisted_on_or_says_why_not():
    asked = {(name, field.name) for name, schema in EVENT_TYPES.items() for field in schema.fields if field.asked} | {
        (name, field) for name, schema in EVENT_TYPES.items() for field in schema.required_fields
    }
    wanted = decided_by_the_pack().keys()

    assert wanted - asked == NOT_INSISTED_ON.keys()
    assert NOT_INSISTED_ON.keys() & asked == set()


def test_nothing_is_insisted_on_by_which_no_clause_begins():
    asked = {(name, field.name) for name, schema in EVENT_TYPES.items() for field in schema.fields if field.asked}

    assert asked - decided_by_the_pack().keys() == set()


def test_an_incident_of_which_nothing_is_said_is_not_recorded(form, keyworker):
    sent = form(keyworker, "incident_recorded").send()

    assert sent.status_code == 422
    assert '<a href="#data-category">Select an answer: what kind of incident</a>' in sent.content.decode()
    assert '<a href="#data-serious">Select yes or no: is it serious?</a>' in sent.content.decode()
    assert "Select yes or no: does it point to new or changed risk?" in text_of(sent)
    assert "did it happen out of hours" not in text_of(sent), "nothing turns on it"
    assert not Event.objects.filter(type="incident_recorded").exists()


SAID = {"data_serious": "yes", "data_changes_risk": "no", "data_category": "death_or_injury"}


def test_what_the_protocol_calls_serious_cannot_be_recorded_as_not_serious(form, keyworker):
    sent = form(keyworker, "incident_recorded").send(**SAID | {"data_serious": "no"})

    assert sent.status_code == 422
    problem = "“Unexpected death or serious injury” is always serious. Select yes, or another kind of incident"
    assert f'<a href="#data-serious">{problem}</a>' in sent.content.decode()
    assert not Event.objects.filter(type="incident_recorded").exists()


@pytest.mark.parametrize("said", [{}, {"data_category": "other"}, {"data_category": "other", "data_serious": "no"}])
def test_what_agrees_is_recorded(said, form, keyworker):
    assert form(keyworker, "incident_recorded").send(**SAID | said).status_code == 302


def test_the_kinds_that_are_serious_are_those_that_the_protocol_lists():
    rule = parse_pack(PACK.read_bytes(), file=PACK.name).clauses["INC-01"]
    assert isinstance(rule, Check)
    (implied,) = EVENT_TYPES["incident_recorded"].implied

    listed = next(str(one.when.text) for one in rule.requires if one.when and "data.category" in one.when.text)

    assert listed == f"data.category in [{', '.join(implied.values)}]"


def test_an_incident_that_comes_from_elsewhere_is_taken_as_it_is(happened, young_person):
    happened(young_person, "incident_recorded", incident="I1", data={"category": "threats", "serious": False})
    happened(young_person, "incident_recorded", incident="I2")

    assert Event.objects.filter(type="incident_recorded").count() == 2
    assert not DutyRow.objects.filter(clause="INC-03").exists()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("intelligence_received", "Select yes or no: does it bear on this young person?"),
        ("support_plan_sent", "Select an answer: who it was sent to"),
        ("panel_held", "Select yes or no: did it change the safety plan?"),
    ],
)
def test_a_question_passed_over_is_asked_for_in_words(
    name, error, form, keyworker, gangs_officer, involved, young_person
):
    involved(young_person, "gangs_team", actor=gangs_officer)
    whoever = gangs_officer if name == "intelligence_received" else keyworker

    assert error in text_of(form(whoever, name).send())
