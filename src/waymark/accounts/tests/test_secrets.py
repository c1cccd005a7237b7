"""What the login of the pages knows of sign-in: whose session a token is, and nothing that opens one."""

from __future__ import annotations

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections

from waymark.access.models import Membership
from waymark.accounts.models import Account, Token
from waymark.core.database import WEB, database_role

SECRET = sorted(model._meta.db_table for model in apps.get_app_config("accounts").get_models() if model is not Account)


@pytest.mark.usefixtures("real_connections")
def test_with_sql_of_ones_own_no_secret_of_sign_in_can_be_read(keyworker, token_of, worker, app_of):
    app_of(worker)
    token = token_of(keyworker)
    parameters = connections[WEB].get_connection_params()
    where = {key: parameters[key] for key in ("host", "port", "user", "password")}
    with psycopg.connect(dbname=settings.DATABASES[WEB]["NAME"], autocommit=True, **where) as attack:
        attack.execute("select set_config('waymark.token', %s, false)", [token])
        for table in SECRET:
            for sql in (f"select * from {table}", f"copy {table} to stdout", f"select count(*) from {table}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    attack.execute(sql)
        own = attack.execute("select * from public.waymark_session()").fetchall()
        attack.execute("select set_config('waymark.token', %s, false)", [Token.objects.get().digest])
        by_digest = attack.execute("select * from public.waymark_session()").fetchall()

    assert len(SECRET) == 10
    assert [row[1] for row in own] == [keyworker.account_id]
    assert token not in str(own)
    assert by_digest == []


@pytest.mark.usefixtures("db")
def test_the_table_that_pages_read_has_no_column_for_a_secret_and_keeps_addresses_to_itself():
    with connections[WEB].cursor() as cursor:
        cursor.execute(
            "select column_name from information_schema.columns where table_name = 'accounts_account'"
            " and has_column_privilege(%s, 'accounts_account', column_name, 'select')",
            [database_role(WEB)],
        )
        assert {name for (name,) in cursor.fetchall()} == {"id", "name", "is_active"}


@pytest.mark.usefixtures("db")
def test_pages_learn_the_addresses_of_those_whom_one_administers_and_ones_own(
    council, member, actor_of, keyworker, reading_as
):
    administrator = member("Ada Brook", council, "service_manager")
    Membership.objects.filter(pk=administrator.pk).update(administers=True)
    worker = member("Femi Cole", council, "social_worker")
    ones = {"Ada Brook", "Femi Cole", "Joel Abara"}

    for reader, known in ((administrator, {"Ada Brook", "Femi Cole"}), (worker, {"Femi Cole"})):
        with reading_as(actor_of(reader)):
            found = dict(Account.objects.filter(name__in=ones).values_list("name", "email"))
            through = Membership.objects.select_related("account").get(pk=administrator.pk).account.email
        assert {name for name, address in found.items() if address} == known
        assert found.keys() == ones
        assert bool(through) is ("Ada Brook" in known)
    with reading_as(None):
        assert not Account.objects.exists()
