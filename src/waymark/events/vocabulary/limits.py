"""How far the calendar of casework reaches."""

from __future__ import annotations

FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Dates outside are slips of the pen; within, every deadline that can be counted stays on Python's calendar."""
