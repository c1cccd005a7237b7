"""What holds for every address, whoever adds it."""

from __future__ import annotations

import pytest

from tests.support.routes import routes
from waymark.access.roles import ADMINISTERING, ROLE_PERMISSIONS
from waymark.core.permissions import Permission, permission
from waymark.events.vocabulary import RECORDING_ROLES

PUBLIC_ROUTES = {
    *("health", "sign_in", "sign_out"),
    *("sign_in_factor", "sign_in_passkey", "sign_in_directory", "sign_in_directory_back"),
    *("forgotten_password", "password_link", "set_password"),
    *("acting_as", "confirm_it_is_you", "second_factor", "app", "add_passkey", "recovery_codes"),
}
"""Addresses that answer without anybody acting as anybody: signing in, and setting up what it takes."""


def test_every_route_declares_the_permission_it_needs():
    undeclared = [
        address
        for address, route in routes()
        if not isinstance(getattr(route.callback, "permission", None), Permission)
    ]

    assert undeclared == [], "decorate these views with @permission(Permission.…)"
    assert len(list(routes())) >= 3


def test_only_the_known_routes_are_public():
    public = {route.name for _, route in routes() if route.callback.permission is Permission.PUBLIC}

    assert public == PUBLIC_ROUTES


@pytest.mark.parametrize("needed", [needed for needed in Permission if needed is not Permission.PUBLIC])
def test_every_permission_is_held_by_some_role(needed):
    assert needed in ADMINISTERING or [role for role, held in ROLE_PERMISSIONS.items() if needed in held]


def test_the_table_of_roles_names_every_role_and_no_other():
    assert set(ROLE_PERMISSIONS) == set(RECORDING_ROLES)


def test_a_person_who_is_not_signed_in_is_sent_to_sign_in_and_back(rf):
    @permission(Permission.VIEW_MY_WORK)
    def page(request):
        raise AssertionError("shown to nobody")

    request = rf.get("/work?kind=late")
    request.actor = None

    response = page(request)

    assert (response.status_code, response["Location"]) == (302, "/sign-in?next=%2Fwork%3Fkind%3Dlate")
