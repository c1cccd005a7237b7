from django.urls import path

from waymark.casework.sharing import steps, views

urlpatterns = [
    path("my-access", views.mine, name="my_access"),
    path("records/<uuid:case_id>/access", views.access, name="case_access"),
    path("records/<uuid:case_id>/access/consent", views.withdrawn, name="consent_withdrawn"),
    path("records/<uuid:case_id>/access/<uuid:grant_id>/end", views.end, name="end_share"),
    path("records/<uuid:case_id>/access/<uuid:grant_id>/until", views.change_until, name="change_share_end"),
    path("records/<uuid:case_id>/share", steps.start, name="share"),
    path("records/<uuid:case_id>/share/<uuid:draft_id>/throw-away", steps.throw_away, name="throw_away_share"),
    path("records/<uuid:case_id>/share/<uuid:draft_id>/<slug:name>", steps.step, name="share_step"),
]
