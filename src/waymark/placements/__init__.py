"""From a referral that is good enough to a provider that has it: options, approaches, spending, earlier placements."""
