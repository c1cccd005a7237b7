"""What is asked of each line of the ledger, and of each item held back, in SQL.

Every page asks these many times over. Built from filters they took Django a sixth of the time of a page; as SQL they
stand next to what the database's own half asks (migration 0005), which says the same.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models

if TYPE_CHECKING:
    from waymark.core.actor import Actor


def holders_of(actor: Actor) -> list[UUID]:
    """Whatever holds lines for the actor: the membership they act in, its team, and its role at its agency.

    As the database says it in `waymark_holders`, and `HolderOf` for each line. Nothing for who acts as nobody.
    """
    if actor.membership_id is None:
        return []
    held = [actor.membership_id]
    if actor.team_id:
        held.append(actor.team_id)
    if actor.agency_id:
        of_role = hashlib.md5(f"{actor.agency_id}{actor.role}".encode(), usedforsecurity=False)
        held.append(UUID(of_role.hexdigest()))
    return held


class Condition(models.Func):
    """A condition in SQL: `{0}`, `{1}` and so on stand for the columns that are named, `%s` for what is asked."""

    output_field = models.BooleanField()
    sql = ""

    def __init__(self, *columns: str, asked: tuple[Any, ...]) -> None:
        super().__init__(*columns)
        self.asked = asked

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """The condition with its columns as they are called in the query around it."""
        columns = [compiler.compile(column)[0] for column in self.get_source_expressions()]
        return self.sql.format(*columns), self.asked


class Opens(Condition):
    """Whether a line opens something to the actor now: held by them, no conflict of interest, no restricted record
    that does not name them.

    Whether a record is restricted is asked of each line in turn (`limit 1`): the restrictions of all records together
    are more than anybody should wait for.
    """

    sql = """
        {0} = any(%s) and {1} <= statement_timestamp() and ({2} is null or {2} > statement_timestamp())
        and {3} not in (
            select conflict.case_id from access_conflict conflict
            where conflict.account_id = %s and conflict.starts_at <= statement_timestamp()
                and (conflict.ends_at is null or conflict.ends_at > statement_timestamp())
        )
        and ({4} or (
            select restricted.id from access_restrictedrecord restricted
            where restricted.case_id = {3} and restricted.starts_at <= statement_timestamp()
                and (restricted.ends_at is null or restricted.ends_at > statement_timestamp())
            limit 1
        ) is null)
    """

    def __init__(self, actor: Actor) -> None:
        columns = ("holder", "starts_at", "ends_at", "case", "named")
        super().__init__(*columns, asked=(holders_of(actor), actor.account_id))


class OwnOpens(Condition):
    """The same of the reader's own lines: the view that shows them has asked all else already, so what is asked here is
    whether the actor is who the database takes the reader for.

    Said so that the planner does not count how few pass. It does not know that all do, and would take a share of a
    share of all lines: none, where there are tens of thousands.
    """

    sql = """
        case when {0} = any(%s) then true else false end
        and {1} <= statement_timestamp() and ({2} is null or {2} > statement_timestamp())
    """

    def __init__(self, actor: Actor) -> None:
        super().__init__("holder", "starts_at", "ends_at", asked=(holders_of(actor),))


class HiddenFrom(Condition):
    """Whether something is held back now, and the actor is no named reader of it."""

    sql = """
        {1} <= statement_timestamp() and ({2} is null or {2} > statement_timestamp())
        and not exists (
            select from access_heldbackreader reader
            where reader.held_back_id = {0} and (reader.membership_id = %s or reader.team_id = %s)
        )
    """

    def __init__(self, actor: Actor) -> None:
        super().__init__("pk", "starts_at", "ends_at", asked=(actor.membership_id, actor.team_id))
