"""Documents: files that people bring, and letters that go out."""
