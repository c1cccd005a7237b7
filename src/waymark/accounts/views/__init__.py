"""Pages of signing in, and of what is somebody's own."""
