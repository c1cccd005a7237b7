from django.urls import path

from waymark.disclosure.views import retention, subject

urlpatterns = [
    path("subject-access", subject.find, name="subject_access"),
    path("subject-access/<uuid:case_id>", subject.person, name="subject_access_person"),
    path("retention", retention.overview, name="retention"),
    path("retention/records/<uuid:case_id>", retention.record, name="retention_record"),
    path("retention/records/<uuid:case_id>/hold", retention.place_hold, name="place_hold"),
    path("retention/holds/<uuid:legalhold_id>/end", retention.end_hold, name="end_hold"),
    path("retention/proposals/<uuid:proposal_id>", retention.decide, name="decide_disposal"),
    path("retention/certificates/<uuid:certificate_id>", retention.certificate, name="certificate"),
    path("retention/certificates/<uuid:certificate_id>/file", retention.certificate_file, name="certificate_file"),
]
