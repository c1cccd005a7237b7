"""What happened is never removed, but for one case whose disposal two people have decided, by one function."""

from django.db import migrations

from waymark.core.security import LoginSQL, append_only, protect

# The mark says which case is being disposed of, by which transaction. Only the function below writes it: nobody else
# has any right to the table, and whoever could write to it as the owner could switch triggers off just as well.
MARK = """
create table public.disclosure_disposing (
    case_id uuid primary key,
    transaction xid8 not null default pg_current_xact_id()
)
"""
NOBODYS = """
revoke all on public.disclosure_disposing from {service};
create policy owner_marks on public.disclosure_disposing to {owner} using (true) with check (true)
"""

# Once for the statement, so that an attempt is refused even when it would meet no row, and once for each row.
GUARD = """
create function public.waymark_removed_in_disposal() returns trigger language plpgsql
    set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'DELETE' and tg_level = 'STATEMENT' then
        if exists (select from public.disclosure_disposing d where d.transaction = pg_current_xact_id()) then
            return null;
        end if;
    elsif tg_op = 'DELETE' then
        if exists (
            select from public.disclosure_disposing d
            where d.case_id = old.case_id and d.transaction = pg_current_xact_id()
        ) then
            return old;
        end if;
    end if;
    raise exception '% rows are never changed or removed', tg_table_name using errcode = 'insufficient_privilege';
end $$;

drop trigger append_only on events_event;
create trigger append_only before update or delete or truncate on events_event
    for each statement execute function public.waymark_removed_in_disposal();
create trigger append_only_rows before delete on events_event
    for each row execute function public.waymark_removed_in_disposal();

create policy owner_disposes on events_event to {owner} using (
    exists (
        select from public.disclosure_disposing d
        where d.case_id = events_event.case_id and d.transaction = pg_current_xact_id()
    )
);
"""
UNGUARD = """
drop policy owner_disposes on events_event;
drop trigger append_only_rows on events_event;
drop trigger append_only on events_event;
create trigger append_only before update or delete or truncate on events_event
    for each statement execute function public.waymark_append_only();
drop function public.waymark_removed_in_disposal();
"""

DISPOSE = """
create function public.waymark_dispose(disposed uuid, certificate uuid) returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    removed bigint;
begin
    if not exists (
        select from public.disclosure_proposal p
        join public.disclosure_certificate c on c.proposal = p.id
        join public.access_membership proposer on proposer.id = p.proposed_by_id
        join public.access_membership approver on approver.id = c.approved_by_id
        where c.id = certificate and p.case_id = disposed and p.ends_at is null
            and proposer.account_id <> approver.account_id
    ) or exists (
        select from public.disclosure_legalhold h
        where h.case_id = disposed and (h.ends_at is null or h.ends_at > clock_timestamp())
    ) then
        raise exception 'two people have not decided to dispose of this record'
            using errcode = 'insufficient_privilege';
    end if;
    insert into public.disclosure_disposing (case_id) values (disposed);
    delete from public.events_event where case_id = disposed;
    get diagnostics removed = row_count;
    delete from public.disclosure_disposing where case_id = disposed;
    return removed;
end $$;
revoke execute on function public.waymark_dispose(uuid, uuid) from public;
grant execute on function public.waymark_dispose(uuid, uuid) to {service};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0001_initial"),
        ("access", "0006_administering"),
        ("events", "0003_category"),
        ("duties", "0004_category"),
        ("returns", "0002_row_level_security"),
    ]
    operations = [
        protect("disclosure_legalhold", owner_reads=True),
        protect("disclosure_proposal", owner_reads=True),
        protect("disclosure_certificate", owner_reads=True),
        append_only("disclosure_certificate"),
        LoginSQL(MARK, "drop table public.disclosure_disposing"),
        protect("disclosure_disposing"),
        LoginSQL(NOBODYS),
        LoginSQL(GUARD, UNGUARD),
        LoginSQL(DISPOSE, "drop function public.waymark_dispose(uuid, uuid)"),
    ]
