from django.urls import path

from waymark.accounts.views import factors, links, own_account, signing_in

urlpatterns = [
    path("sign-in/second-factor", signing_in.second_factor, name="sign_in_factor"),
    path("sign-in/passkey", signing_in.passkey, name="sign_in_passkey"),
    path("sign-in/directory", signing_in.to_directory, name="sign_in_directory"),
    path("sign-in/directory/back", signing_in.back_from_directory, name="sign_in_directory_back"),
    path("sign-in/forgotten", links.forgotten, name="forgotten_password"),
    path("sign-in/link/<str:token>", links.link, name="password_link"),
    path("sign-in/set-password", links.set_password, name="set_password"),
    path("account", own_account.account, name="account"),
    path("account/password", own_account.password, name="change_password"),
    path("account/confirm", own_account.confirm, name="confirm_it_is_you"),
    path("account/second-factor", factors.choose, name="second_factor"),
    path("account/app", factors.app, name="app"),
    path("account/app/remove", factors.remove_app, name="remove_app"),
    path("account/passkeys/new", factors.add_passkey, name="add_passkey"),
    path("account/passkeys/<uuid:passkey_id>/remove", factors.remove_passkey, name="remove_passkey"),
    path("account/recovery-codes", factors.recovery_codes, name="recovery_codes"),
    path("account/sessions/end-others", own_account.end_other_sessions, name="end_other_sessions"),
    path("account/sessions/<uuid:session_id>/end", own_account.end_session, name="end_one_session"),
]
