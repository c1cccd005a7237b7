from django.urls import include, path

from waymark.casework.views import case, corrections, facts, recording, records, team, work

urlpatterns = [
    path("", work.my_work, name="my_work"),
    path("records", records.records, name="records"),
    path("records/<uuid:case_id>", case.duties, name="case"),
    path("records/<uuid:case_id>/events", case.events, name="case_events"),
    path("records/<uuid:case_id>/team", team.team, name="case_team"),
    path("records/<uuid:case_id>/team/bring-in", team.bring_somebody_in, name="bring_in"),
    path("records/<uuid:case_id>/team/<uuid:involvement_id>/end", team.end, name="end_involvement"),
    path("records/<uuid:case_id>/facts", facts.facts, name="case_facts"),
    path("records/<uuid:case_id>/record", recording.choose, name="record"),
    path("records/<uuid:case_id>/record/<slug:name>", recording.record_event, name="record_event"),
    path("records/<uuid:case_id>/events/<uuid:event_id>", recording.event, name="event"),
    path("records/<uuid:case_id>/events/<uuid:event_id>/withdraw", corrections.retract, name="retract"),
    path("records/<uuid:case_id>/duties/<uuid:duty_id>/waive", corrections.waive_duty, name="waive"),
    path("", include("waymark.casework.protocol.urls")),
    path("", include("waymark.casework.audit.urls")),
    path("", include("waymark.casework.closing.urls")),
    path("", include("waymark.casework.organisation.urls")),
    path("", include("waymark.casework.sharing.urls")),
]
