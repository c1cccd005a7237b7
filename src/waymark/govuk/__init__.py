"""Form fields and page parts on the GOV.UK macros. Knows nothing of young people, schemes or protocols."""
