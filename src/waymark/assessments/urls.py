from django.urls import path

from waymark.assessments.views import answering, assessing, families, inbox, interviews, parts, placing

HERE = "assessments/<uuid:approach_id>"

urlpatterns = [
    path("inbox", inbox.inbox, name="provider_inbox"),
    path("referrals/<uuid:referral_id>/provider", inbox.of_referral, name="referral_provider"),
    path("referrals/<uuid:referral_id>/provider/<slug:step>", inbox.step, name="provider_step"),
    path("referrals/<uuid:referral_id>/case-file/<uuid:document_id>", placing.case_file, name="save_to_case_file"),
    path(HERE, assessing.overview, name="assessment"),
    path(f"{HERE}/interview", interviews.interview, name="assessment_interview"),
    path(f"{HERE}/interview/held", interviews.held, name="assessment_held"),
    path(f"{HERE}/interview/outcome", interviews.outcome, name="assessment_outcome"),
    path(f"{HERE}/parts/<slug:key>", parts.part, name="assessment_part"),
    path(f"{HERE}/parts/<slug:key>/keep", parts.keep, name="assessment_keep"),
    path(f"{HERE}/parts/<slug:key>/versions", parts.versions, name="assessment_versions"),
    path(f"{HERE}/complete", assessing.complete_it, name="assessment_complete"),
    path(f"{HERE}/whole", assessing.whole, name="assessment_whole"),
    path(f"{HERE}/offer", answering.offer, name="assessment_offer"),
    path(f"{HERE}/discussed", answering.discuss, name="refusal_discussed"),
    path(f"{HERE}/refuse", answering.refuse_it, name="assessment_refuse"),
    path("offers/<uuid:offer_id>", placing.offer, name="offer"),
    path("offers/<uuid:offer_id>/withdraw", placing.withdraw, name="withdraw_offer"),
    path("offers/<uuid:offer_id>/declined", placing.declined, name="offer_declined"),
    path("offers/<uuid:offer_id>/answer", placing.answer, name="answer_offer"),
    path("offers/<uuid:offer_id>/confirm", placing.confirm_it, name="confirm_placement"),
    path("offers/<uuid:offer_id>/before/<slug:what>", placing.before, name="before_moving_in"),
    path("offers/<uuid:offer_id>/moved-in", placing.moved_in, name="moved_in"),
    path("records/<uuid:case_id>/placements/<slug:placement>/<slug:step>", placing.step, name="placement_step"),
    path("records/<uuid:case_id>/family", families.family, name="family_placed"),
    path("records/<uuid:case_id>/family/<slug:placement>", families.notify, name="family_notified"),
]
