"""What a provider keeps of a referral that was passed to it: interviews, the assessment, and its answer."""

from waymark.assessments.models.answers import Answer, Offer, Refusal, RefusalReason
from waymark.assessments.models.assessing import Assessment, Interview, InterviewState, PartVersion

__all__ = [
    "Answer",
    "Assessment",
    "Interview",
    "InterviewState",
    "Offer",
    "PartVersion",
    "Refusal",
    "RefusalReason",
]
