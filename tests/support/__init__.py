"""What the tests stand on: databases, a connection that several logins share, and the people who appear in them."""
