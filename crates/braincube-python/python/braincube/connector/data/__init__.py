"""Data and conditions."""
