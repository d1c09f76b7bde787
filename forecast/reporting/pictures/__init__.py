"""The pictures of a report: `plots` draws them, `looks` is the one look of page and pictures."""
