from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "waymark.accounts"
    label = "accounts"

    def ready(self) -> None:
        from waymark.accounts import checks  # noqa: F401  (registers the system check)
        from waymark.accounts.keeping import Kept
        from waymark.govuk.resend import register_keeper

        register_keeper(Kept())
