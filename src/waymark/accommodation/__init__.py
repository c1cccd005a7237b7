"""Providers, their schemes and the units in them."""
