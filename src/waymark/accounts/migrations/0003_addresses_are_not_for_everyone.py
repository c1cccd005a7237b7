"""Everyone in a role may know who works where. E-mail addresses are for their owners, and for who administers them."""

from django.db import migrations

from waymark.core.security import LoginSQL

# `plpgsql`, so that it is not looked into before there are memberships.
ADDRESSES = """
create function public.waymark_email(asked uuid) returns text
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    if asked is distinct from (select s.account_id from public.waymark_session() s where s.live)
        and not exists (
            select from public.access_membership reader
            join public.access_membership member on member.agency_id = reader.agency_id
            where reader.id = public.waymark_actor() and reader.administers and member.account_id = asked
        )
    then
        return '';
    end if;
    return (select a.email from public.accounts_account a where a.id = asked);
end $$;
revoke execute on function public.waymark_email(uuid) from public;
grant execute on function public.waymark_email(uuid) to {web}, {service};
revoke select on accounts_account from {web};
grant select (id, name, is_active) on accounts_account to {web};
"""

REVERSE = """
revoke select (id, name, is_active) on accounts_account from {web};
grant select on accounts_account to {web};
drop function public.waymark_email(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_sign_in"), ("access", "0006_administering")]
    operations = [LoginSQL(ADDRESSES, REVERSE)]
