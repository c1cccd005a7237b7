"""The three logins and the database they share.

Roles belong to the whole PostgreSQL cluster, so they are made here, in set-up, and never in a migration:
databases that are made side by side (one for each test process) would collide.

- `waymark_owner` owns the tables and migrates.
- `waymark_web` serves pages under row-level security.
- `waymark_service` is used by services and the worker. It too is under row-level security; policies let it
  see the whole case. Nobody here holds BYPASSRLS, which managed PostgreSQL services do not give out.
"""

from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from waymark.setup.database import (
    LOGINS,
    PURPOSES,
    application_database,
    login_urls,
    with_database,
    without_password,
)
from waymark.setup.errors import SetupError

Connection = psycopg.Connection[tuple[object, ...]]
ATTRIBUTES = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
ONE_AT_A_TIME = 0x5741594D
"""An advisory lock, for two set-ups that meet: PostgreSQL refuses to change a role twice at once."""
CREATE_DATABASE = "create database {} owner waymark_owner encoding 'UTF8' template template0"

FORBIDDEN = (
    r"pg\_stat\_(get|reset)\_",  # counts of rows read and written: whether a search passed over a row that is hidden
    r"pg\_(relation|table|total\_relation|indexes|database)\_size",  # how much there is of what is hidden
    r"(query|cursor|table|schema|database)\_to\_xml",  # run SQL that stands in a text
    r"ts\_(stat|rewrite)",
    r"pg\_(cancel\_backend|terminate\_backend|lock\_status)",  # ends what others are doing, or watches it
    r"pg\_(try\_)?advisory",  # makes others wait
    r"pg\_sleep",
    r"pg\_(notify|logical\_emit\_message|export\_snapshot)",  # leaves something for others
    r"lo(\_|(read|write)$)",  # files inside the database, under no row-level security
)
"""Functions of PostgreSQL's own, by how their names begin, that everyone may call and that pages have no use for."""

FORBID = """do $$ declare f regprocedure; begin
for f in select oid from pg_catalog.pg_proc where pronamespace = 'pg_catalog'::regnamespace and prokind = 'f'
and proname ~ '^(NAMES)' and has_function_privilege('public', oid, 'execute') loop
execute format('grant execute on function %s to waymark_owner, waymark_service, pg_monitor', f);
execute format('revoke execute on function %s from public', f); end loop; end $$""".replace("\n", " ").replace(
    "NAMES", "|".join(FORBIDDEN)
)
"""Somebody who slips SQL into a page shall find little to work with. A login that is no superuser may not take these
back: PostgreSQL then warns and leaves them, and row-level security still stands."""

CLOSE_LANGUAGES = (
    "grant usage on language plpgsql, sql to waymark_owner",  # no blocks of code and no functions of one's own
    "revoke usage on language plpgsql, sql from public",
)

INSIDE = (
    "revoke create on schema public from public",
    "grant usage on schema public to waymark_web, waymark_service",
    "grant usage, create on schema public to waymark_owner",
    FORBID,
    *CLOSE_LANGUAGES,
)
"""What is said inside the database, once it is there."""


def ensure_logins(superuser_url: str, urls: dict[str, str] | None = None) -> None:
    """Make or correct the three logins, with the passwords that `urls` holds. Doing it twice changes nothing.

    `urls` are the addresses by purpose (`login_urls(superuser_url)` when not given).
    Raises `SetupError` with the SQL to run when the login of `superuser_url` may not do it.
    """
    urls = urls or login_urls(superuser_url)
    with connect(superuser_url, autocommit=False) as connection:
        try:
            connection.execute("select pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
            for purpose in PURPOSES:
                _ensure_login(connection, LOGINS[purpose], unquote(urlsplit(urls[purpose]).password or ""))
            _let_us_own(connection)
            _hide_queries(connection)
        except psycopg.errors.InsufficientPrivilege as error:
            raise SetupError(_ask_an_administrator(superuser_url)) from error


def ensure_database(superuser_url: str, name: str | None = None) -> None:
    """Make the database `name` (the product's, when not given), owned by `waymark_owner`, closed to others.

    Nobody but the three logins may connect, and only the owner may make temporary tables: a temporary table
    named like ours would be found before ours.
    """
    name = name or application_database(superuser_url)
    with connect(superuser_url) as connection:
        connection.execute("select pg_advisory_lock(%s)", [ONE_AT_A_TIME])  # until the connection closes
        found = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
        try:
            if not found:
                connection.execute(sql.SQL(CREATE_DATABASE).format(sql.Identifier(name)))
            close_database(connection, name)
        except psycopg.errors.InsufficientPrivilege as error:
            raise SetupError(_ask_an_administrator(superuser_url)) from error
    with connect(with_database(superuser_url, name)) as connection:
        for statement in INSIDE:
            connection.execute(statement)


def close_database(connection: Connection, name: str) -> None:
    """Let only the three logins connect to the database `name`, and only the owner make temporary tables.

    A clone (`create database ... template ...`) does not inherit this: call it for each clone.
    """
    for statement in _closing(name):
        connection.execute(statement)


def connect(url: str, autocommit: bool = True) -> Connection:
    """A connection, or a `SetupError` that says why there is none."""
    try:
        return psycopg.connect(url, autocommit=autocommit, connect_timeout=10)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise SetupError(
            f"No connection to the database at {without_password(url)}: {reason}. "
            "Check that the server runs and that DATABASE_URL names it, or unset DATABASE_URL to use the "
            "embedded server."
        ) from error


def _ensure_login(connection: Connection, login: str, password: str) -> None:
    # Sent as what the server keeps, not as it is: statements may be logged.
    scrambled = connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
    found = connection.execute("select 1 from pg_roles where rolname = %s", [login]).fetchone()
    if not found:
        _run(connection, f"create role {{}} {ATTRIBUTES} password {{}}", login, scrambled)
        return
    if not _as_it_should_be(connection, login):
        _run(connection, f"alter role {{}} {ATTRIBUTES}", login)
    _run(connection, "alter role {} password {}", login, scrambled)


def _run(connection: Connection, text: str, login: str, *literals: str) -> None:
    connection.execute(sql.SQL(text).format(sql.Identifier(login), *map(sql.Literal, literals)))


def _as_it_should_be(connection: Connection, login: str) -> bool:
    row = connection.execute(
        "select rolcanlogin and not (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole"
        " or rolreplication) from pg_roles where rolname = %s",
        [login],
    ).fetchone()
    return bool(row and row[0])


def _let_us_own(connection: Connection) -> None:
    """A login that is no superuser must be a member of `waymark_owner` to make a database that it owns."""
    superuser = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    if not (superuser and superuser[0]):
        connection.execute("grant waymark_owner to current_user")


def _hide_queries(connection: Connection) -> None:
    """Without this, anyone signed in as `waymark_web` reads other people's queries in `pg_stat_activity`."""
    hidden = connection.execute(
        "select 1 from pg_db_role_setting s join pg_roles r on r.oid = s.setrole"
        " where r.rolname = 'waymark_web' and s.setdatabase = 0 and 'track_activities=off' = any(s.setconfig)"
    ).fetchone()
    if not hidden:
        connection.execute("alter role waymark_web set track_activities = off")


def _closing(name: str) -> list[sql.Composed]:
    return [
        sql.SQL(text).format(sql.Identifier(name))
        for text in (
            "revoke all on database {} from public",
            "revoke all on database {} from waymark_web, waymark_service",
            "grant connect on database {} to waymark_web, waymark_service",
            "grant connect, temporary on database {} to waymark_owner",
        )
    ]


def _ask_an_administrator(superuser_url: str) -> str:
    name = application_database(superuser_url)
    lines = [f"create role {LOGINS[purpose]} {ATTRIBUTES} password '...';" for purpose in PURPOSES]
    lines += [
        "alter role waymark_web set track_activities = off;",
        sql.SQL(CREATE_DATABASE).format(sql.Identifier(name)).as_string(None) + ";",
        *(statement.as_string(None) + ";" for statement in _closing(name)),
        f'\\connect "{name}"',
        *(f"{statement};" for statement in INSIDE),
    ]
    return (
        f"The login in DATABASE_URL ({without_password(superuser_url)}) may not make Waymark's logins and "
        "database. Ask the server's administrator to run the statements below with passwords of their choice, "
        "then set DATABASE_URL_OWNER, DATABASE_URL_WEB and DATABASE_URL_SERVICE in place of DATABASE_URL:\n\n  "
        + "\n  ".join(lines)
    )
