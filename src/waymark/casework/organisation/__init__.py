"""People and teams: the pages of an agency's own administrator."""
