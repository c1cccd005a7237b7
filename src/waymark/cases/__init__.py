"""The anchor that events, duties and grants point at: a young person, a scheme, a provider or a borough."""
