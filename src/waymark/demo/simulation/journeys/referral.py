"""From need to a provider that has the referral: referral, checks and placement search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from waymark.demo.simulation.story import Refs, Story
from waymark.demo.simulation.world import Member, Scheme

REFERRAL_ITEMS = [
    "risk_assessment",
    "young_person_view",
    "why_supported_accommodation",
    "risk_detail",
    "safety_plans",
    "absence_alert_arrangements",
    "duty_team_use",
]
SHARING_ITEMS = ["necessary", "relevant", "adequate", "accurate", "timely", "secure"]
PLACEMENTS_ROUTE = ("cla", "care_leaver")


@dataclass(slots=True)
class Search:
    """A referral on its way: its ref, and when it was submitted to whom."""

    refs: Refs
    submitted_at: datetime
    route: str


def start_referral(story: Story, need_at: datetime) -> Search:
    """Need, referral, consultations and submission (REF-01 to REF-14)."""
    worker, habits = story.worker(need_at), story.habits
    refs = {"referral": story.new_ref("referral")}
    story.record("need_identified", need_at, worker, refs)
    started = habits.promptly(worker, need_at, sure=True) or need_at
    story.record("referral_started", started, worker, refs)
    ready = habits.later(started, 1, 4)
    if story.at_risk_of("gang_risk", started) and habits.chance(worker.thoroughness):
        ready = max(ready, _consult_on_gangs(story, worker, started, refs))
    if story.fact("yos_order", started) is True and habits.chance(worker.thoroughness):
        consulted = habits.later(started, 0, 3)
        story.record("yos_consulted", consulted, story.one_of("yos_worker"), refs)
        ready = max(ready, consulted)
    updated = habits.later(ready, 0, 1)
    story.record("risk_assessment_updated", updated, worker, refs)
    submitted = habits.later(updated, 0, 3)
    return Search(refs, submitted, _submit(story, worker, submitted, refs))


def _submit(story: Story, worker: Member, at: datetime, refs: Refs) -> str:
    """Send the referral the right way (REF-02) with all it should hold."""
    route = "placements_team" if story.fact("status", at) in PLACEMENTS_ROUTE else "sp_referrals"
    form = "specification_form" if route == "placements_team" else "sp_referrals_form"
    items = [form, *REFERRAL_ITEMS]
    if story.fact("yos_order", at) is True:
        items += ["asset_explanations", "yos_pathway_plan"]
    story.record("referral_submitted", at, worker, refs, route=route, has=story.habits.complete(worker, items))
    return route


def _consult_on_gangs(story: Story, worker: Member, started: datetime, refs: Refs) -> datetime:
    """Consultation before the referral, and the check of unsafe areas (REF-07, REF-14, REF-08, REF-09)."""
    coordinator, gangs_worker = story.one_of("gangs_coordinator"), story.one_of("gangs_team")
    consulted = story.habits.later(started, 0, 2)
    story.record("gangs_coordinator_consulted", consulted, worker, refs)
    decided = story.habits.promptly(coordinator, consulted)
    if decided is None:
        return consulted
    if story.fact("gang_risk", consulted) == "unknown" and story.habits.chance(0.5):
        story.record("area_check_not_needed", decided, coordinator, refs, reason="No link to any group known")
        return decided
    story.record("area_check_requested", decided, coordinator, refs)
    checked = story.habits.promptly(gangs_worker, decided)
    story.record("area_check_completed", checked, gangs_worker, refs, result="Keep clear of the north of the borough")
    if checked is not None:
        story.record("risk_assessment_updated", story.habits.promptly(worker, checked), worker, refs)
    return checked or decided


def find_provider(story: Story, search: Search, target: Scheme) -> datetime:
    """Quality check, options, address checks and routes, until the target's provider is sent it (SEA-01 to SEA-13)."""
    placements, worker = story.one_of("placements_team"), story.worker(search.submitted_at)
    at = search.submitted_at
    if search.route == "placements_team":
        at = _quality_check(story, placements, worker, at, search.refs)
        at = _share_options(story, placements, worker, at, search.refs)
        at = _approach(story, placements, at, search.refs, "pathway")
    in_pathway = target.provider.block_contract and target.kind != "assessment_centre"
    at = _pathway_decides(story, at, search.refs, target if in_pathway else None)
    if not in_pathway:
        route = "assessment_centre" if target.provider.block_contract else "spot"
        at = _approach(story, placements, story.habits.later(at, 0, 2), search.refs, route)
    return at


def _quality_check(story: Story, placements: Member, worker: Member, at: datetime, refs: Refs) -> datetime:
    """The Placements Team accepts the referral, sometimes after asking for more (SEA-01)."""
    checked = story.habits.promptly(placements, at, sure=True) or at
    if story.habits.chance(0.12):
        request = "More on what sets risk off, and what has helped before"
        story.record("further_information_requested", checked, placements, refs, request=request)
        story.record("risk_assessment_updated", story.habits.later(checked, 0, 1), worker, refs)
        again = story.habits.later(checked, 1, 3)
        _submit(story, worker, again, refs)
        checked = story.habits.promptly(placements, again, sure=True) or again
    story.record("referral_accepted", checked, placements, refs)
    return checked


def _share_options(story: Story, placements: Member, worker: Member, at: datetime, refs: Refs) -> datetime:
    """Options to the worker, and with gang risk a check of the addresses (SEA-03, SEA-06, SEA-07, SEA-12, SEA-13)."""
    habits = story.habits
    shortlisted = habits.later(at, 0, 3)
    story.record("options_shortlisted", shortlisted, placements, refs)
    shared = story.record("options_shared", habits.promptly(placements, shortlisted), placements, refs)
    if shared is None or not story.at_risk_of("gang_risk", shared):
        return shared or shortlisted
    asked = story.record("address_check_requested", habits.promptly(worker, shared), worker, refs)
    if asked is None:
        return shared
    gangs_worker = story.one_of("gangs_team")
    checked = habits.promptly(gangs_worker, asked)
    result = "Nobody there puts the young person at risk, nor they anybody"
    story.record("address_check_completed", checked, gangs_worker, refs, result=result)
    if checked is not None:
        story.record("risk_assessment_updated", habits.promptly(worker, checked), worker, refs)
        share(story, worker, habits.promptly(worker, checked), refs, "placements_team")
    return checked or asked


def share(story: Story, who: Member, at: datetime | None, refs: Refs, *to: str) -> datetime | None:
    """Share information with others, in the way that INF-04 asks for."""
    items = story.habits.complete(who, SHARING_ITEMS)
    return story.record("information_shared", at, who, refs, to=list(to), has=items, how="writing")


def _approach(story: Story, placements: Member, at: datetime, refs: Refs, route: str) -> datetime:
    """Approach a route to a placement and give it the documents (SEA-04, SEA-09)."""
    approached = story.habits.later(at, 0, 2)
    story.record("route_approached", approached, placements, refs, route=route)
    to = "sp_referrals" if route == "pathway" else "provider_manager"
    sent = story.habits.promptly(placements, approached)
    story.record("documents_shared", sent, placements, refs, to=[to])
    return sent or approached


def _pathway_decides(story: Story, at: datetime, refs: Refs, target: Scheme | None) -> datetime:
    """SP Referrals pass the referral on, or send it back when the pathway has nothing suitable (SEA-08)."""
    officer = story.one_of("sp_referrals")
    decided = story.habits.promptly(officer, at, sure=True) or at
    if target is None:
        story.record("referral_returned", decided, officer, refs, reason="No suitable vacancy in the pathway")
    else:
        about = refs | {"scheme": target.id, "provider": target.provider.id}
        story.record("referral_passed_to_provider", decided, officer, about)
    return decided


def approve_spot_purchase(story: Story, at: datetime, refs: Refs) -> datetime:
    """Propose, approve at the right level, and make a spot purchase (SEA-10)."""
    placements = story.one_of("placements_team")
    proposed = story.habits.later(at, 0, 1)
    story.record("spot_purchase_proposed", proposed, placements, refs)
    approver = "head_of_service" if story.fact("status", at) in ("cin", "cla") else "service_manager"
    approved = story.habits.later(proposed, 0, 2)
    if story.habits.chance(placements.thoroughness):
        story.record("spot_purchase_approved", approved, story.one_of(approver), refs)
    made = approved + timedelta(minutes=story.random.randrange(20, 200))
    story.record("spot_purchase_made", made, placements, refs)
    return made
