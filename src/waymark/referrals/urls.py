from django.urls import path

from waymark.referrals.views import checks, lists, sections, sending, tasks

urlpatterns = [
    path("referrals", lists.referrals, name="referrals"),
    path("records/<uuid:case_id>/referrals", lists.of_case, name="case_referrals"),
    path("records/<uuid:case_id>/referrals/start", lists.start_one, name="referral_start"),
    path("referrals/<uuid:referral_id>", tasks.tasks, name="referral"),
    path("referrals/<uuid:referral_id>/sections/<slug:key>", sections.section, name="referral_section"),
    path("referrals/<uuid:referral_id>/sections/<slug:key>/keep", sections.keep, name="referral_keep"),
    path("referrals/<uuid:referral_id>/sections/<slug:key>/versions", sections.versions, name="referral_versions"),
    path("referrals/<uuid:referral_id>/known-risks", sections.known_risks, name="referral_known_risks"),
    path("referrals/<uuid:referral_id>/send", sending.send, name="referral_send"),
    path("referrals/<uuid:referral_id>/withdraw", sending.withdraw_it, name="referral_withdraw"),
    path("referrals/<uuid:referral_id>/desk", sending.desk, name="referral_desk"),
    path("referrals/<uuid:referral_id>/whole", sending.whole, name="referral_whole"),
    path("referrals/<uuid:referral_id>/checks", checks.of_referral, name="referral_checks"),
    path("referrals/<uuid:referral_id>/checks/ask/<slug:kind>", checks.ask, name="ask_for_check"),
    path("referrals/<uuid:referral_id>/checks/said/<slug:kind>", checks.write_down, name="write_down_check"),
    path("referrals/<uuid:referral_id>/checks/not-needed", checks.not_needed, name="area_check_not_needed"),
    path("referrals/<uuid:referral_id>/checks/next/<slug:kind>", checks.next_of_kind, name="next_of_check"),
    path("checks/<uuid:check_id>/tell", checks.tell, name="tell_of_check"),
    path("checks/<uuid:check_id>", checks.answer, name="answer_check"),
]
