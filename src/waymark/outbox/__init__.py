"""Messages that commit with the change they tell of, delivered by the worker."""
