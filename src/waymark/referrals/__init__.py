"""Referrals: what a young person needs and what keeps them safe, written once, from the need to the search."""
