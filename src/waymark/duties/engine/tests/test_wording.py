"""Words in mid-sentence: names keep their capital, and nothing else does."""

from __future__ import annotations

import pytest

from waymark.duties.engine import load_pack
from waymark.duties.engine.wording import lower_first
from waymark.events.vocabulary import ROLES
from waymark.setup import paths

NAMED = {
    "placements_team",
    "sp_referrals",
    "commissioning",
    "gangs_team",
    "gangs_coordinator",
    "safer_neighbourhood",
    "head_of_service",
    "service_manager",
    "duty_team",
    "yos_worker",
    "iro",
    "temporary_accommodation",
}
"""Roles that are called by a name."""


def _titles():
    return [clause.title for clause in load_pack(paths.ROOT / "protocols" / "islington.toml").clauses.values()]


def test_every_title_of_the_protocol_begins_small_in_mid_sentence_whatever_name_its_second_word_is():
    titles = _titles()

    assert len(titles) > 100
    assert "Send Commissioning the incident report" in titles
    assert [title for title in titles if lower_first(title) != title[0].lower() + title[1:]] == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_keeps_its_capital_only_where_it_is_a_name(role):
    label = ROLES[role]

    assert lower_first(label) == (label if role in NAMED else label[0].lower() + label[1:])


@pytest.mark.parametrize(
    ("text", "in_mid_sentence"),
    [
        ("Emergency Duty Team contacted", "Emergency Duty Team contacted"),
        ("Youth Offending Service pathway plan", "Youth Offending Service pathway plan"),
        ("SP Referrals form", "SP Referrals form"),
        ("Integrated Gangs Team: Marcus Oyelaran", "Integrated Gangs Team: Marcus Oyelaran"),
        ("Police: Marcus Oyelaran", "police: Marcus Oyelaran"),
        ("Emergency Duty Teams told", "emergency Duty Teams told"),
        ("Send Commissioning the incident report", "send Commissioning the incident report"),
        ("", ""),
    ],
)
def test_a_name_at_the_beginning_keeps_its_capital(text, in_mid_sentence):
    assert lower_first(text) == in_mid_sentence
