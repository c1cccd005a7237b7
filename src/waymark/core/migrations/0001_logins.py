"""What the logins may do before there is any table: `service` works on rows, `web` gets only what a table grants it."""

from django.db import migrations

from waymark.core.security import LoginSQL


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    run_before = [("procrastinate", "0001_initial")]
    operations = [
        LoginSQL(
            """
            grant usage on schema public to {web}, {service};
            alter default privileges in schema public grant select, insert, update, delete on tables to {service};
            alter default privileges in schema public grant usage, select on sequences to {service};
            create function public.waymark_append_only() returns trigger language plpgsql
                set search_path = pg_catalog, pg_temp as $$
            begin
                raise exception '% rows are never changed or removed', tg_table_name
                    using errcode = 'insufficient_privilege';
            end $$;
            """,
            """
            drop function public.waymark_append_only();
            alter default privileges in schema public revoke usage, select on sequences from {service};
            alter default privileges in schema public revoke select, insert, update, delete on tables from {service};
            """,
        )
    ]
