"""Fetching answers, unattended, for question files that somebody else may have written.

`client.Fetcher` fetches pages, `programs.run_program` runs programs, `parallel.in_parallel` does
many at once. They are imported only where something is fetched: they bring httpx.
"""
