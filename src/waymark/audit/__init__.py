"""Who wrote, read, listed or was refused what: append-only, in the same transaction as the deed."""
