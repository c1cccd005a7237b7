from django.urls import path

from waymark.challenges.views import challenge, lists, starting

urlpatterns = [
    path("challenges", lists.challenges, name="challenges"),
    path("challenges/refusals", lists.refusals, name="refusals_counted"),
    path("challenges/<uuid:challenge_id>", challenge.challenge, name="challenge"),
    path("challenges/<uuid:challenge_id>/<slug:slug>", challenge.act, name="challenge_act"),
    path("referrals/<uuid:referral_id>/challenges", starting.of_referral, name="referral_challenges"),
    path("referrals/<uuid:referral_id>/refusal", starting.refusal, name="referral_refusal"),
    path("referrals/<uuid:referral_id>/need-level", starting.need_level, name="referral_need_level"),
]
