"""Turns predictions into dated, resolvable questions, watches for the answers, and scores them."""

__version__ = "0.1.0"
