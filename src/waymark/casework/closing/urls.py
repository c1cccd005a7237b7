from django.urls import path

from waymark.casework.closing import emergencies, items, records, restricting

RECORD = "records/<uuid:case_id>"

urlpatterns = [
    path("emergency", emergencies.open_record, name="emergency"),
    path(f"{RECORD}/emergencies/<uuid:grant_id>", emergencies.review_one, name="review_emergency"),
    path(f"{RECORD}/emergencies/<uuid:grant_id>/end", emergencies.end, name="end_emergency"),
    path(f"{RECORD}/closed", records.closed, name="closed"),
    path(f"{RECORD}/closed/restrict", restricting.restrict, name="restrict"),
    path(f"{RECORD}/closed/lift", restricting.lift, name="lift_restriction"),
    path(f"{RECORD}/closed/named", restricting.name, name="name_reader"),
    path(f"{RECORD}/closed/named/<uuid:member_id>/take-away", restricting.unname, name="unname_reader"),
    path(f"{RECORD}/closed/entries/<uuid:heldback_id>", items.name_one_reader, name="name_reader_of_entry"),
    path(f"{RECORD}/closed/conflict", records.conflict, name="conflict"),
    path(f"{RECORD}/closed/conflict/<uuid:conflict_id>/end", records.end_one_conflict, name="end_conflict"),
    path(f"{RECORD}/events/<uuid:event_id>/hold-back", items.hold_one_back, name="hold_back"),
    path(f"{RECORD}/events/<uuid:event_id>/release", items.release_one, name="release"),
    path(f"{RECORD}/events/<uuid:event_id>/paragraph", items.paragraph, name="add_paragraph"),
]
