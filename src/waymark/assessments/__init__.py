"""The provider's side of a referral: interview, housing assessment, offer or refusal, and moving in."""
