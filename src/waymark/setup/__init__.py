"""Brings a machine from a bare checkout to a running product: packages, assets, PostgreSQL, logins.

Plain Python. Nothing here imports Django, so that it can run before Django is configured.
"""
