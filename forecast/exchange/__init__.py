"""Forecasts that live elsewhere: tables for `score`, and, later, other systems' formats."""
