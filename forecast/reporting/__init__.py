"""From the record to words and figures: `record` joins store and scores, the rest lays it out."""
