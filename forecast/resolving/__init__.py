"""Noticing what needs a person: what is due, what closes soon, what was left alone too long."""
