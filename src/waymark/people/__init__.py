"""Young people: who they are and what other systems call them."""
