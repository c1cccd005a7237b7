"""Pages that close a record, or a part of it, and that open one in an emergency."""
