"""Visits of the pages that close a record, or a part of it, and that open one in an emergency."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def something_closed(person: Any, colleague: Any, on_call: Any, entry: Any, words: str) -> dict[str, Any]:
    """A conflict of interest, an entry held back, a paragraph for named people, and an emergency, in long words; and
    a paragraph that nobody is left to read."""
    from waymark.access.closing import add_paragraph, declare_conflict, hold_back
    from waymark.access.emergency import break_glass
    from waymark.access.models import HeldBack, HeldBackReader
    from waymark.accounts.models import Account

    account = Account.objects.get(pk=on_call.account_id)
    emergency = break_glass(person.case, actor=on_call, why=f"It could not wait: {words}")
    hold_back(entry, actor=colleague, why=words, readers=[])
    add_paragraph(entry, words * 2, actor=colleague, why=words, readers=[])
    lost = add_paragraph(entry, words, actor=colleague, why=words, readers=[])
    HeldBackReader.objects.filter(held_back__item=lost.pk).delete()
    conflict = declare_conflict(actor=colleague, case=person.case, account=account, why=words)
    return {"emergency": emergency.grant_id, "conflict": conflict.pk, "entry": entry.pk} | {
        "unread": HeldBack.objects.get(item=lost.pk).pk
    }


def restrict(person: Any, manager: Any, named: Any, words: str) -> None:
    """Let only the manager and one other person open a record."""
    from waymark.access.closing import restrict_record
    from waymark.access.models import Membership

    member = Membership.objects.get(pk=named.membership_id)
    restrict_record(actor=manager, case=person.case, why=words, named=[member])


def closing_visits(visit: Callable[..., Any], person: Any, made: dict[str, Any], send_empty: Any) -> Iterator[Any]:
    """Each page, and each form sent empty."""
    record = f"/records/{person}"
    entry = f"{record}/events/{made['entry']}"
    yield visit("held back entry", "colleague", entry)
    for state, who, address in (
        ("emergency", "colleague", "/emergency"),
        ("restrict", "colleague", f"{record}/closed/restrict"),
        ("conflict", "colleague", f"{record}/closed/conflict"),
        ("own conflict", "keyworker", f"{record}/closed/conflict"),
        ("name a reader", "colleague", f"{record}/closed/entries/{made['unread']}"),
        ("paragraph", "colleague", f"{entry}/paragraph"),
        ("hold back", "colleague", f"{entry}/hold-back"),
    ):
        yield visit(state, who, address)
        yield visit(f"{state} wrong", who, address, send_empty)
    yield visit("restrict check", "colleague", f"{record}/closed/restrict", _name_nobody)
    restricted = f"/records/{made['restricted']}/closed"
    yield visit("restricted", "colleague", restricted)
    yield visit("name", "colleague", f"{restricted}/named")
    yield visit("name wrong", "colleague", f"{restricted}/named", send_empty)
    yield visit("take a name away", "colleague", f"{restricted}/named/{made['named']}/take-away")
    yield visit("closed", "colleague", f"{record}/closed")
    yield visit("closed to read", "keyworker", f"{record}/closed")
    yield visit("conflict over", "colleague", f"{record}/closed/conflict/{made['conflict']}/end")
    yield visit("lift", "colleague", f"{record}/closed/lift")
    yield visit("release", "colleague", f"{entry}/release")
    emergency = f"{record}/emergencies/{made['emergency']}"
    yield visit("emergency to read", "colleague", emergency)
    yield visit("emergency to review", "data_lead", emergency)
    yield visit("emergency to review wrong", "data_lead", emergency, send_empty)
    yield visit("work of a data protection lead", "data_lead", "/")


def _name_nobody(page: Any) -> None:
    page.get_by_label("Why may only named people open it?").fill("Her aunt works here")
    with page.expect_navigation():
        page.get_by_role("button", name="Continue").click()
