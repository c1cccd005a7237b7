"""What every app stands on: base models, the clock, logins to the database, services, actors and permissions."""
