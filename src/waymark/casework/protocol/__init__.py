"""The pages that read the protocol aloud, clause by clause, with the figures of how it is kept."""
