"""The pages of the provider's side, and of the worker who answers an offer."""
