"""The entities of a memory base."""
