"""The pages of vacancies, schemes and units."""
