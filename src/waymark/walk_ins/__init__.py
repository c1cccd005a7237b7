"""Looked-after children of other authorities who turn up at a provider: logged, advised, told on, and followed up."""
