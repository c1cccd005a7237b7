import pytest

from waymark.setup.database import (
    database_urls,
    django_settings,
    login_urls,
    with_database,
    without_password,
)
from waymark.setup.errors import SetupError

GIVEN = {
    "DATABASE_URL_OWNER": "postgresql://o:1@db.example:5432/w",
    "DATABASE_URL_WEB": "postgresql://w:2@db.example:5432/w",
    "DATABASE_URL_SERVICE": "postgresql://s:3@db.example:5432/w",
}


def test_three_given_addresses_are_used_as_they_are_even_beside_a_database_url():
    urls = database_urls(GIVEN | {"DATABASE_URL": "postgresql://root:r@elsewhere/x"})

    assert urls == {
        "owner": GIVEN["DATABASE_URL_OWNER"],
        "web": GIVEN["DATABASE_URL_WEB"],
        "service": GIVEN["DATABASE_URL_SERVICE"],
    }


def test_some_of_the_three_addresses_without_the_others_is_an_error_that_names_the_missing_ones():
    with pytest.raises(SetupError, match="DATABASE_URL_WEB and DATABASE_URL_SERVICE not set"):
        database_urls({"DATABASE_URL_OWNER": GIVEN["DATABASE_URL_OWNER"]})


@pytest.mark.parametrize("url", ["mysql://u:p@h/d", "db.example:5432", "postgresql://u:p@h:port/d"])
def test_an_address_that_is_not_postgresql_is_an_error_that_shows_how_to_write_one(url):
    with pytest.raises(SetupError, match=r"postgresql://USER:PASSWORD@HOST:PORT/NAME"):
        database_urls({"DATABASE_URL": url})


def test_a_database_url_gives_each_purpose_a_login_of_its_own_on_that_server():
    urls = database_urls({"DATABASE_URL": "postgresql://admin:secret@db.example:6000/waymark_live?sslmode=require"})

    assert urls["web"].startswith("postgresql://waymark_web:")
    assert urls["owner"].endswith("@db.example:6000/waymark_live?sslmode=require")
    assert len({url.split(":")[2] for url in urls.values()}) == 3


def test_two_checkouts_given_the_same_database_url_arrive_at_the_same_passwords():
    url = "postgresql://admin:secret@db.example/waymark"

    assert login_urls(url) == login_urls(url)
    assert login_urls(url) != login_urls("postgresql://admin:other@db.example/waymark")


def test_a_database_url_that_names_the_maintenance_database_means_one_called_waymark():
    assert login_urls("postgresql://admin:secret@db.example/postgres")["web"].endswith("/waymark")
    assert login_urls("postgresql://admin:secret@db.example")["web"].endswith("/waymark")


def test_without_anything_in_the_environment_the_embedded_server_is_meant():
    assert all("@127.0.0.1:" in url for url in database_urls({}).values())


def test_django_gets_every_part_of_an_address_decoded():
    settings = django_settings("postgresql://waymark_web:p%40ss%2Fword@db.example:6000/waymark?sslmode=require")

    assert settings == {
        "ENGINE": "waymark.core.postgresql",
        "NAME": "waymark",
        "USER": "waymark_web",
        "PASSWORD": "p@ss/word",
        "HOST": "db.example",
        "PORT": "6000",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_socket_folder_in_an_address_becomes_the_host():
    assert django_settings("postgresql:///waymark?host=/run/postgresql")["HOST"] == "/run/postgresql"


def test_an_address_that_is_shown_holds_no_password():
    shown = without_password("postgresql://admin:secret@db.example:6000/waymark?password=secret")

    assert shown == "postgresql://admin@db.example:6000/waymark"


def test_another_database_on_the_same_server_keeps_login_and_options():
    assert (
        with_database("postgresql://u:p@h:1/a?sslmode=require", "b c") == "postgresql://u:p@h:1/b%20c?sslmode=require"
    )
