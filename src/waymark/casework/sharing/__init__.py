"""The pages of the sharing ledger: who can see a record, what one can see oneself, and sharing it."""
