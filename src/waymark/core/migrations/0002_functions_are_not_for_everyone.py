"""A function is for the services, unless a migration says that pages may call it. PostgreSQL gives it to everyone."""

from django.db import migrations

from waymark.core.security import LoginSQL


class Migration(migrations.Migration):
    dependencies = [("core", "0001_logins")]
    operations = [
        LoginSQL(
            """
            alter default privileges revoke execute on functions from public;
            alter default privileges in schema public grant execute on functions to {service};
            revoke execute on all functions in schema public from public;
            grant execute on all functions in schema public to {service};
            """,
            """
            grant execute on all functions in schema public to public;
            alter default privileges in schema public revoke execute on functions from {service};
            alter default privileges grant execute on functions to public;
            """,
        )
    ]
