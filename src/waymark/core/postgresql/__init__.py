"""PostgreSQL as Django uses it, with connections that begin each request as new."""
