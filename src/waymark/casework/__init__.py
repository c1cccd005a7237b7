"""The pages that put casework together: my work, one record, what happened, the protocol."""
