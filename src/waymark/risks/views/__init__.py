"""The pages of a young person's risks, the registers, and the search for a setting."""
