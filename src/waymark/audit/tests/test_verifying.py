"""Whoever changes the trail behind the guards is found out, and told in words what they did."""

from __future__ import annotations

from io import StringIO
from uuid import uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from tests.support.databases import superuser_settings

from waymark.audit.models import Entry, Words
from waymark.audit.sealing import BATCH, begin_anew, newest_digest, seal_entries
from waymark.audit.verifying import Verification
from waymark.core import trail
from waymark.core.database import SERVICE
from waymark.core.requests import request_id

pytestmark = pytest.mark.usefixtures("real_connections")


@pytest.fixture
def wrote(system):
    """Write and seal entries."""

    def write(number: int = 1, *, words: str = "", most: int = BATCH) -> None:
        entry = trail.Entry(action=trail.Action.READ, actor=system, kind="tests.Thing", words=words, detail={"rows": 3})
        with transaction.atomic(using=SERVICE):
            trail.write(*[entry] * number)
        seal_entries(most=most)

    return write


@pytest.fixture
def tamper(database_server):
    """Run SQL as the server's administrator, with triggers and rules switched off. `{n}` is the n-th entry's number."""
    found = superuser_settings(database_server)
    numbers: list[int] = []

    def run(statement: str, *values: object) -> None:
        if not numbers:
            numbers.extend(Entry.objects.order_by("sequence").values_list("sequence", flat=True))
        with psycopg.connect(
            dbname=found["NAME"], host=found["HOST"], port=found["PORT"], user=found["USER"], password=found["PASSWORD"]
        ) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute(statement.format(*numbers), values)

    return run


def findings(**asked: object) -> list[str]:
    return list(Verification(**asked).findings())


def number(place: int) -> str:
    return f"{Entry.objects.order_by('sequence')[place].sequence:,}"


COPY = (
    "insert into audit_entry (id, sequence, transaction, at, action, who, role, kind, object_id, purpose, detail)"
    " overriding system value select gen_random_uuid(), {{new}}, transaction, at, action, who, role, kind, object_id,"
    " purpose, detail from audit_entry where sequence = {1}"
)


def test_a_trail_that_nobody_touched_is_found_whole(wrote):
    for _ in range(3):
        wrote(4, most=3)

    looked = Verification()

    assert list(looked.findings()) == []
    assert (looked.entries, looked.seals, looked.waiting) == (12, 6, 0)


def test_an_empty_trail_is_whole():
    assert findings() == []


def test_entries_that_are_not_sealed_yet_wait_and_are_not_held_against_anybody(wrote, system):
    wrote(2)
    trail.listed(system, "tests.Thing")
    looked = Verification()

    assert list(looked.findings()) == []
    assert looked.waiting == 1
    assert looked.waiting_since == Entry.objects.latest("sequence").at


ENTRY_CHANGES = [
    "who = 'Somebody else'",
    "action = 'write'",
    "at = at - interval '1 microsecond'",
    "detail = '{{\"rows\": 4}}'",
    "case_id = gen_random_uuid()",
    "cases = array[gen_random_uuid()]",
    "membership_id = gen_random_uuid()",
    "account_id = gen_random_uuid()",
    "agency_id = gen_random_uuid()",
    "request_id = null",
    "purpose = 'x'",
    "kind = 'x'",
    "object_id = 'x'",
    "role = 'x'",
    "words_digest = 'x'",
    "transaction = '7'",
    "id = gen_random_uuid()",
]


def test_a_change_to_any_column_of_an_entry_shows(wrote, tamper):
    token = request_id.set(uuid4())
    wrote(len(ENTRY_CHANGES) + 1)
    request_id.reset(token)

    for place, change in enumerate(ENTRY_CHANGES):
        tamper(f"update audit_entry set {change} where sequence = {{{place}}}")

    found = findings()
    for place, change in enumerate(ENTRY_CHANGES):
        assert found[place].startswith(f"Entry {number(place)} was changed after it was sealed on "), change
    assert len(found) == len(ENTRY_CHANGES)


def test_every_column_of_an_entry_is_sealed():
    from waymark.audit.digests import ENTRY

    assert [field.column for field in Entry._meta.fields if field.column not in ENTRY] == []


def test_entries_that_were_removed_are_named_in_one_breath(wrote, tamper):
    wrote(6)
    first, last = number(1), number(3)
    alone = number(5)

    tamper("delete from audit_entry where sequence in ({1}, {2}, {3}, {5})")

    several, one = findings()
    assert several.startswith(f"Entries {first} to {last} are missing: sealed on ")
    assert one.startswith(f"Entry {alone} is missing: sealed on ")


def test_an_entry_put_in_where_all_was_sealed_shows(wrote, tamper, system):
    wrote(3)
    gap = Entry.objects.latest("sequence").sequence + 1
    with pytest.raises(ArithmeticError), transaction.atomic(using=SERVICE):
        trail.listed(system, "tests.Thing")  # a number that is given out and never used
        raise ArithmeticError
    wrote(1)

    tamper(COPY.replace("{{new}}", str(gap)))

    assert findings() == [f"Entry {gap:,} was put in: everything around it was sealed without it."]


def test_an_entry_dated_back_shows_even_when_it_was_sealed_after_it_was_put_in(wrote, tamper):
    wrote(2)
    tamper(
        "insert into audit_entry (id, at, action, who, role, kind, object_id, purpose, detail)"
        " values (gen_random_uuid(), now() - interval '40 days', 'read', 'x', '', 'x', '', '', '{{}}')"
    )
    seal_entries()

    (found,) = findings()
    assert found.startswith(f"Entry {number(2)} was put in later: it says ")


def test_entries_that_changed_places_show(wrote, tamper):
    wrote(4)
    tamper("alter table audit_entry alter sequence set generated by default")
    tamper("update audit_entry set sequence = -1 where sequence = {1}")
    tamper("update audit_entry set sequence = {1} where sequence = {2}")
    tamper("update audit_entry set sequence = {2} where sequence = -1")
    tamper("alter table audit_entry alter sequence set generated always")

    assert findings() == [
        f"Entry {number(1)} is out of order: what stands there was sealed as entry {number(2)}.",
        f"Entry {number(2)} is out of order: what stands there was sealed as entry {number(1)}.",
    ]


def test_a_seal_that_was_taken_out_of_the_middle_shows(wrote, tamper):
    wrote(6, most=2)

    tamper("delete from audit_seal where number = 2")

    gone, *entries = findings()
    assert gone == "Seal 2 is missing from the chain: it was removed."
    assert len(entries) == 2
    assert all("was put in" in found for found in entries)


def test_the_first_seals_taken_away_show(wrote, tamper):
    wrote(6, most=2)

    tamper("delete from audit_seal where number < 3")

    assert findings()[0] == "Seals 1 to 2 are missing from the chain: they were removed."


def test_a_seal_and_its_entries_taken_out_and_the_rest_numbered_anew_shows(wrote, tamper):
    wrote(6, most=2)

    tamper("delete from audit_seal where number = 2")
    tamper("delete from audit_entry where sequence in ({2}, {3})")
    tamper("update audit_seal set number = 2 where number = 3")

    assert findings() == [
        "Seal 2 does not follow the one before it: one of the two was replaced.",
        "Seal 2 itself was changed: it does not say what its own digest says.",
    ]


SEAL_CHANGES = [
    "digests = set_byte(digests, 3, get_byte(digests, 3) # 1)",
    "sealed_at = sealed_at - interval '1 hour'",
    "count = count + 1",
    "first_sequence = first_sequence - 1",
    "last_sequence = last_sequence + 1",
    "through_transaction = '4'",
    "through_sequence = through_sequence - 1",
    "floor = floor + 1",
    "sequences = sequences[2:2] || sequences[1:1]",
    "previous = md5(number::text) || md5('')",
    "digest = md5(number::text) || md5('')",
]


def test_a_change_to_any_column_of_a_seal_shows(wrote, tamper):
    wrote(2 * len(SEAL_CHANGES), most=2)

    for place, change in enumerate(SEAL_CHANGES, 1):
        tamper(f"update audit_seal set {change} where number = {place}")

    found = findings()
    for place, change in enumerate(SEAL_CHANGES, 1):
        assert f"Seal {place} itself was changed: it does not say what its own digest says." in found, change


def test_an_entry_changed_together_with_its_digest_in_the_seal_shows(wrote, tamper):
    """Whoever rewrites a seal has to rewrite all that follow."""
    from waymark.audit.digests import ENTRY, SEAL, entry_digest, seal_digest, sealed_from

    wrote(2, most=1)
    tamper("update audit_entry set who = 'Somebody else' where sequence = {0}")
    with connections[SERVICE].cursor() as cursor:
        cursor.execute(f"select {ENTRY} from audit_entry order by sequence limit 1")
        forged = entry_digest(cursor.fetchone())
        tamper("update audit_seal set digests = %s where number = 1", forged)
        cursor.execute(f"select {SEAL} from audit_seal where number = 1")
        tamper("update audit_seal set digest = %s where number = 1", seal_digest(sealed_from(cursor.fetchone())))

    assert findings() == ["Seal 2 does not follow the one before it: one of the two was replaced."]


@pytest.mark.parametrize("how", ["expect", "since"])
def test_an_end_that_was_cut_off_shows_against_a_digest_that_was_kept(how, wrote, tamper):
    wrote(2)
    earlier = newest_digest()
    wrote(2)
    kept = newest_digest()
    asked = {"expect": [kept]} if how == "expect" else {"since": kept}
    assert findings(**asked) == []

    tamper("delete from audit_entry where sequence in ({2}, {3})")
    tamper("delete from audit_seal where number = 2")

    assert findings() == []
    assert findings(expect=[earlier]) == []
    (found,) = findings(**asked)
    assert found.startswith(f"The seal {kept} is not in the chain: the end of the trail was cut off")


def test_since_a_seal_only_what_came_after_it_is_looked_at(wrote, tamper):
    wrote(2)
    kept = newest_digest()
    wrote(3)
    tamper("update audit_entry set who = 'Somebody else' where sequence in ({0}, {2})")

    looked = Verification(since=kept)

    (found,) = list(looked.findings())
    assert found.startswith(f"Entry {number(2)} was changed")
    assert looked.entries == 3


def test_words_that_were_changed_show_and_words_that_retention_removed_do_not(wrote, tamper):
    wrote(2, words="the door was open")
    first, second = Entry.objects.order_by("sequence")
    Words.objects.filter(entry_id=second.pk).delete()
    assert findings() == []

    tamper("update audit_text set text = 'the door was shut'")

    assert findings() == [f"The words that were typed with entry {first.sequence:,} were changed."]


def test_words_put_beside_an_entry_that_had_none_show(wrote, tamper):
    wrote(1)
    tamper("insert into audit_text (entry_id, salt, text) select id, '', 'he asked me to' from audit_entry")

    assert findings() == ["1 texts were put beside entries that had none, or whose entry is missing."]


def test_where_sealing_began_anew_is_said_and_is_no_fault(wrote, system):
    wrote(1)
    trail.listed(system, "tests.Thing")
    begin_anew()
    wrote(1)
    looked = Verification()

    assert list(looked.findings()) == []
    assert [number for number, _ in looked.anew] == [2]
    assert looked.entries == 3


# The command


def verify(*arguments: str) -> tuple[int, str]:
    """The exit status and what was said."""
    said = StringIO()
    try:
        call_command("audit_verify", *arguments, stdout=said)
    except CommandError as problem:
        return problem.returncode, said.getvalue() + str(problem)
    return 0, said.getvalue()


def test_the_command_says_that_all_is_well_and_where_the_chain_ends(wrote):
    wrote(3)

    status, said = verify("--expect", newest_digest().upper())

    assert status == 0
    assert "3 entries in 1 seals looked at.\n" in said
    assert f"The chain ends with seal 1: {newest_digest()}\n" in said
    assert said.endswith("The trail is as it was sealed.\n")


def test_the_command_says_what_is_wrong_and_fails(wrote, tamper):
    wrote(3)
    tamper("update audit_entry set who = 'Somebody else' where sequence = {1}")

    status, said = verify()

    assert status == 1
    assert f"Entry {number(1)} was changed" in said
    assert said.endswith("The trail is not as it was sealed.")


def test_the_command_does_not_write_out_findings_without_end(wrote, tamper, monkeypatch):
    from waymark.audit.management.commands import audit_verify

    monkeypatch.setattr(audit_verify, "MOST_SAID", 2)
    wrote(5)
    tamper("update audit_entry set who = 'Somebody else'")

    status, said = verify()

    assert status == 1
    assert said.count("was changed") == 2
    assert "… and 3 more findings." in said


@pytest.mark.parametrize("given", ["", "abc", "g" * 64, "0" * 63])
def test_what_is_no_digest_is_said_before_anything_is_looked_at(given):
    with pytest.raises(CommandError, match="a digest is 64"):
        call_command("audit_verify", f"--expect={given}")
