"""Settings, addresses, the template environment and the order of middleware."""
