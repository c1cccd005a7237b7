"""The parts of a young person's story, one module for each part of the protocol."""
