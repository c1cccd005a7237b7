"""The first borough of an empty system."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from waymark.access.models import Agency, Team
from waymark.cases.models import Case


def test_a_borough_comes_with_its_council_and_a_social_work_team(db, capsys):
    call_command("add_borough", "Elmbridge Vale Council", reference="B7", team="Leaving Care")
    borough = Case.objects.get(reference="B7")
    assert (borough.kind, Agency.objects.get(case=borough).name) == ("borough", "Elmbridge Vale Council")
    assert list(Team.objects.values_list("name", "role", "borough")) == [("Leaving Care", "social_worker", borough.pk)]
    assert "protocol adopt" in capsys.readouterr().out


@pytest.mark.parametrize("again", [("Elmbridge Vale Council", "B8"), ("Harrowdene Council", "B7")])
def test_a_name_or_reference_that_is_taken_is_refused_and_nothing_is_added(db, again):
    from django.db import transaction

    call_command("add_borough", "Elmbridge Vale Council", reference="B7")
    name, reference = again
    with pytest.raises(CommandError, match="already"), transaction.atomic(using="service"):
        call_command("add_borough", name, reference=reference)
    assert Case.objects.count() == 1
