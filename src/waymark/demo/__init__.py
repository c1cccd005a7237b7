"""A made-up borough to try Waymark with. Never on in production."""
