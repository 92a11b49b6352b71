"""Memory bases."""
