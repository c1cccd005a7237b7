from django.urls import path

from waymark.placements.views import money, record, search

urlpatterns = [
    path("referrals/<uuid:referral_id>/search", search.search, name="referral_search"),
    path("referrals/<uuid:referral_id>/search/list", search.shortlist, name="shortlist"),
    path("referrals/<uuid:referral_id>/search/share", search.share, name="share_options"),
    path("options/<uuid:option_id>/take-off", search.take_off, name="take_off_option"),
    path("referrals/<uuid:referral_id>/ask/<slug:route>", search.ask, name="approach"),
    path("referrals/<uuid:referral_id>/pathway", search.decide, name="pathway_decides"),
    path("referrals/<uuid:referral_id>/money", money.of_referral, name="referral_money"),
    path("referrals/<uuid:referral_id>/money/ask", money.ask, name="ask_for_money"),
    path("money/<uuid:spending_id>", money.decide_on, name="decide_on_money"),
    path("money/<uuid:spending_id>/bought", money.bought, name="money_spent"),
    path("records/<uuid:case_id>/housing-record", record.housing_record, name="housing_record"),
]
