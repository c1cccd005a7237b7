"""The pages of the search for a place, one module for each thing that people come to do."""
