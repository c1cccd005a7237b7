"""Logins of people, and the sessions they open."""
