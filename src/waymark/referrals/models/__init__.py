"""What the pages of a referral keep: where it stands, each version of each section, drafts, and checks."""

from waymark.referrals.models.checks import Check, CheckedPlace, CheckKind, Verdict
from waymark.referrals.models.referral import OPEN, Draft, Referral, SectionVersion, State

__all__ = ["OPEN", "Check", "CheckKind", "CheckedPlace", "Draft", "Referral", "SectionVersion", "State", "Verdict"]
