"""What is done on a page of its own is called by what somebody does there."""

from __future__ import annotations

from uuid import uuid4

import pytest

from waymark.events.vocabulary import EVENT_TYPES
from waymark.referrals.own_pages import page_for, words_for

CASE = uuid4()
REFS = {kind: str(uuid4()) for kind in ("referral", "placement", "challenge")}


def test_each_step_with_a_page_of_its_own_has_words_of_its_own():
    steps = [name for name in EVENT_TYPES if page_for(name, CASE, REFS)]
    words = [words_for(name) for name in steps]

    assert "referral_started" in steps and "placement_confirmed" in steps and "escalated" in steps
    assert len(set(words)) == len(words)
    assert not set(words) & {EVENT_TYPES[name].label for name in steps}


@pytest.mark.parametrize("name", ["planning_meeting_held", "need_identified"])
def test_what_is_recorded_on_a_form_like_any_other_has_none(name):
    assert page_for(name, CASE, REFS) == ""
    with pytest.raises(KeyError):
        words_for(name)
