"""Reading the trail: the data protection lead's view of it, and who has looked at a record."""
