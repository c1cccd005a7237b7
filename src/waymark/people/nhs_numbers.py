"""NHS numbers: ten digits, of which the last is reckoned from the others, so that a slip of the finger shows."""

from __future__ import annotations

import re


def read_nhs_number(text: str) -> str | None:
    """The ten digits of `943 476 5919`, however they were spaced; None for what is no NHS number.

    Data dictionary of the NHS: the first nine times 10 down to 2, added up; 11 less the remainder by 11 is the tenth.
    """
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{10}", digits) or len(set(digits)) == 1:
        return None
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    check = (11 - total % 11) % 11
    return digits if check == int(digits[9]) else None
