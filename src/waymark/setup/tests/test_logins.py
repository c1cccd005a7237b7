import uuid

import psycopg
import pytest

from waymark.setup.database import database_urls, with_database, with_login
from waymark.setup.errors import SetupError
from waymark.setup.logins import ensure_database, ensure_logins

pytestmark = pytest.mark.database


@pytest.fixture
def as_login(server, database):
    """Connect to the test's own database as `owner`, `web` or `service`."""
    return lambda purpose: psycopg.connect(with_database(getattr(server, purpose), database), autocommit=True)


@pytest.fixture
def powerless_url(server):
    """A login that may sign in and nothing more."""
    name = f"powerless_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server.superuser, autocommit=True) as connection:
        connection.execute(f"create role {name} login password 'p'")
    yield with_login(server.superuser, name, "p")
    with psycopg.connect(server.superuser, autocommit=True) as connection:
        connection.execute(f"drop role {name}")


@pytest.mark.parametrize("purpose", ["owner", "web", "service"])
def test_no_login_can_rise_above_row_level_security_or_make_roles(as_login, purpose):
    with as_login(purpose) as connection:
        powers = connection.execute(
            "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
            " from pg_roles where rolname = current_user"
        ).fetchone()

    assert powers == (False, False, False, False, False)


def test_the_web_login_does_not_show_its_queries_to_others_and_cannot_change_that(as_login):
    with as_login("web") as connection:
        assert connection.execute("show track_activities").fetchone() == ("off",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("set track_activities = on")


@pytest.mark.parametrize("purpose", ["web", "service"])
def test_only_the_owner_makes_temporary_tables(as_login, purpose):
    with as_login("owner") as connection:
        connection.execute("create temporary table ours (a int)")
    with as_login(purpose) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("create temporary table theirs (a int)")


@pytest.mark.parametrize("purpose", ["web", "service"])
def test_only_the_owner_makes_tables(as_login, purpose):
    with as_login("owner") as connection:
        connection.execute("create table ours (a int)")
    with as_login(purpose) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("create table theirs (a int)")


def test_a_stranger_on_the_same_server_cannot_connect_to_the_database(powerless_url, database):
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(with_database(powerless_url, database))


def test_making_logins_and_database_again_changes_nothing(server, database, as_login):
    with as_login("owner") as connection:
        connection.execute("create table kept (a int)")

    ensure_logins(server.superuser, database_urls())
    ensure_database(server.superuser, database)

    with as_login("owner") as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (0,)


def test_a_login_that_may_not_make_roles_is_given_the_statements_for_an_administrator(powerless_url):
    with pytest.raises(SetupError) as error:
        ensure_logins(powerless_url, database_urls())

    assert "create role waymark_web LOGIN NOSUPERUSER NOBYPASSRLS" in str(error.value)
    assert "alter role waymark_web set track_activities = off;" in str(error.value)
    assert 'revoke all on database "waymark" from public;' in str(error.value)


def test_the_statements_for_an_administrator_do_what_set_up_does(server, powerless_url, as_login, database):
    with pytest.raises(SetupError) as error:
        ensure_database(with_database(powerless_url, "postgres"), f"{database}_other")
    statements = [line.strip() for line in str(error.value).splitlines() if line.strip().endswith(";")]

    with psycopg.connect(with_database(server.superuser, database), autocommit=True) as connection:
        for statement in statements:
            if "create role" not in statement and "create database" not in statement:
                connection.execute(statement.replace('"waymark"', f'"{database}"'))
    with as_login("web") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("create temporary table theirs (a int)")


def test_a_database_that_does_not_answer_is_named_without_its_password():
    with pytest.raises(SetupError) as error:
        ensure_logins("postgresql://admin:secret@127.0.0.1:1/postgres", {})

    assert "No connection to the database at postgresql://admin@127.0.0.1:1/postgres" in str(error.value)
    assert "Check that the server runs" in str(error.value)
    assert "secret" not in str(error.value)
