"""Every address of the product. Each route's view declares its permission; a test walks them."""

from __future__ import annotations

from django.urls import include, path

from waymark.core import views

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error

urlpatterns = [
    path("health", views.health, name="health"),
    path("", include("waymark.accounts.urls")),
    path("", include("waymark.access.urls")),
    path("", include("waymark.documents.urls")),
    path("", include("waymark.people.urls")),
    path("", include("waymark.accommodation.urls")),
    path("", include("waymark.casework.urls")),
    path("", include("waymark.referrals.urls")),
    path("", include("waymark.placements.urls")),
    path("", include("waymark.assessments.urls")),
    path("", include("waymark.challenges.urls")),
    path("", include("waymark.walk_ins.urls")),
    path("", include("waymark.risks.urls")),
    path("", include("waymark.disclosure.urls")),
]
