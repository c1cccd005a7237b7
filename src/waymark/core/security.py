"""Operations for migrations: which login may do what to a table, and which rows it sees.

The names of the logins come from the settings when the migration runs, so one cluster can hold several systems.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations.base import Operation

from waymark.core.database import OWNER, SERVICE, WEB, database_role

SIGNED_IN = "(select public.waymark_actor()) is not null"
"""The row condition for what everyone in a role may read: nothing in it is about a young person."""

FEW = "waymark.few"
"""The setting, `on` while a page lists what a reader of few records may read: see `within_reach_of_few_or_many`."""


def within_reach(table: str, column: str = "case_id") -> str:
    """The row condition for what only those who may read the case may read.

    `offset 0` keeps this a probe of an index for each row: without it, a reader of 60,000 people waits for a hash of
    them all.
    """
    return f"exists (select 1 from public.access_reach r where r.case_id = {table}.{column} offset 0)"  # noqa: S608


def readable(table: str, category: str, *, column: str = "case_id", item: str = "id") -> str:
    """The row condition for what only those may read to whom the ledger opens its category, unless it is held back.

    `category` is SQL: a column of the table, or a literal in quotes. `item` is the column that holds what may be held
    back: the row's own identifier, or that of what it hangs on.
    """
    return (
        f"exists (select 1 from public.access_reach r where r.case_id = {table}.{column}"  # noqa: S608
        f" and {category} = any(r.reads) offset 0) and not public.waymark_held_back({table}.{item})"
    )


PROVIDER = "(select public.waymark_provider_agency())"
"""SQL for the agency of whoever acts, where that is a housing provider; null for everybody else."""


def of_own_provider(theirs: str) -> str:
    """The further row condition for what somebody of a housing provider reads only where it is their own provider's:
    others who have the same referral compete with it. Everybody else reads as the ledger says. `theirs` is SQL.
    """
    return f"({PROVIDER} is null or {theirs})"


def within_reach_of_few_or_many(table: str, column: str = "case_id") -> str:
    """As `within_reach`, for tables that are listed by the thousand.

    A page that is about to sort all that a reader of few records may read says so (`FEW`): then those records are
    gathered once, and each row is looked up among them, in a fourth of the time. What is said changes how the database
    looks, never what it finds: both halves ask the same.
    """
    return (
        f"case when (select current_setting('{FEW}', true) = 'on')"  # noqa: S608
        f" then {table}.{column} in (select public.waymark_reach())"
        f" else {within_reach(table, column)} end"
    )


class LoginSQL(Operation):
    """SQL in which `{web}`, `{service}` and `{owner}` stand for the logins."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, sql: str, reverse_sql: str = "") -> None:
        self.sql = sql
        self.reverse_sql = reverse_sql

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """For Django's migration writer."""
        return (type(self).__name__, [self.sql, self.reverse_sql], {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models do not change."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Run the SQL."""
        self._run(schema_editor, self.sql)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Run the reverse SQL; a table that is about to be dropped needs none."""
        self._run(schema_editor, self.reverse_sql)

    def describe(self) -> str:
        """For Django's listing of operations."""
        return "Say what each login may do"

    def _run(self, schema_editor: Any, sql: str) -> None:
        names = {
            name: schema_editor.quote_name(database_role(alias))
            for name, alias in (("web", WEB), ("service", SERVICE), ("owner", OWNER))
        }
        if sql:
            schema_editor.execute(sql.format(**names), params=None)


def protect(table: str, *, web_reads: str = "", owner_reads: bool = False) -> LoginSQL:
    """Switch row-level security on, and on for the owner too: a row that no policy names is not there.

    `web_reads` is the row condition under which pages read (`SIGNED_IN`, `within_reach(...)`); left out, they read
    nothing. `owner_reads` is for the few tables that a function of the owner's reads on behalf of others. The `service`
    login sees every row.
    """
    statements = [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy service_all on {table} to {{service}} using (true) with check (true)",
    ]
    if owner_reads:
        statements.append(f"create policy owner_reads on {table} for select to {{owner}} using (true)")
    if web_reads:
        statements.append(f"create policy web_reads on {table} for select to {{web}} using ({web_reads})")
        statements.append(f"grant select on {table} to {{web}}")
    return LoginSQL(";\n".join(statements))


def reads_instead(table: str, before: str, further: str) -> LoginSQL:
    """Have pages read the rows of a table under the condition `before` only where `further` holds too."""
    return LoginSQL(
        f"alter policy web_reads on {table} using ({before} and {further})",
        f"alter policy web_reads on {table} using ({before})",
    )


def append_only(table: str) -> LoginSQL:
    """Take back the right to change or remove rows, and refuse it once more by trigger, whoever asks."""
    return LoginSQL(
        f"""
        revoke update, delete, truncate on {table} from {{service}}, {{web}};
        create trigger append_only before update or delete or truncate on {table}
            for each statement execute function public.waymark_append_only()
        """,
        f"drop trigger append_only on {table}",
    )
