"""Today's state, as views on what was said."""

#: For people with Datasette or the sqlite3 shell as much as for our own queries.
VIEWS = {
    "current_revisions": """
    SELECT r.* FROM revisions r
    WHERE r.number = (SELECT max(number) FROM revisions WHERE question_id = r.question_id)
    """,
    "current_resolutions": """
    SELECT r.* FROM resolutions r
    WHERE r.id = (SELECT max(id) FROM resolutions WHERE question_id = r.question_id)
    """,
    # A merged forecaster speaks under the name of the one it was merged into.
    "forecaster_names": """
    SELECT f.id, coalesce(f.merged_into, f.id) AS person_id, p.name
    FROM forecasters f JOIN forecasters p ON p.id = coalesce(f.merged_into, f.id)
    """,
    # A slip taken back within a day, before the answer was known, never counts; later, the
    # retraction ends it. The day is added to the text's date, to keep the microseconds.
    "forecast_record": """
    SELECT f.id, f.question_id, n.name AS forecaster, f.kind, f.made_at, f.probability,
           f.distribution, f.words, f.low, f.high, f.lexicon, f.note, f.private,
           f.recorded_at, f.recorded_by, f.clock, r.recorded_at AS retracted_at,
           r.recorded_at IS NOT NULL
             AND r.recorded_at <= date(f.recorded_at, '+1 day') || substr(f.recorded_at, 11)
             AND (s.known_at IS NULL OR r.recorded_at < s.known_at) AS never_counts
    FROM forecasts f
    JOIN forecaster_names n ON n.id = f.forecaster_id
    LEFT JOIN forecasts r ON r.retracts = f.id
    LEFT JOIN current_resolutions s ON s.question_id = f.question_id
    WHERE f.kind <> 'retraction'
    """,
    "current_forecasts": """
    SELECT question_id, forecaster, made_at, probability, distribution, words, note, recorded_at
    FROM (
      SELECT *, row_number() OVER (
        PARTITION BY question_id, forecaster ORDER BY made_at DESC, id DESC) AS newest
      FROM forecast_record WHERE NOT never_counts)
    WHERE newest = 1 AND kind = 'forecast' AND retracted_at IS NULL
    """,
    # What a source says now and nobody has decided upon yet.
    "current_proposals": """
    SELECT p.id, p.question_id, p.outcome, p.known_at, p.as_of, p.caveat, p.recorded_at,
           e.resolver, e.url, e.fetched_at, e.sha256, e.excerpt
    FROM proposals p JOIN evidence e ON e.id = p.evidence_id
    WHERE p.id = (SELECT max(id) FROM proposals WHERE question_id = p.question_id)
      AND NOT EXISTS (SELECT 1 FROM decisions WHERE proposal_id = p.id)
    """,
    "current_questions": """
    SELECT q.question_id AS id, q.title, q.type,
      CASE WHEN s.outcome = 'annulled' THEN 'annulled'
           WHEN s.outcome IS NOT NULL THEN 'resolved'
           WHEN strftime('%Y-%m-%dT%H:%M:%f000Z') <= q.deadline THEN 'open'
           WHEN strftime('%Y-%m-%dT%H:%M:%f000Z') <= coalesce(q.known_by, q.deadline)
             THEN 'awaiting'
           ELSE 'due' END AS status,
      q.opened_at, q.deadline, q.known_by, q.timezone, q.tags, q.event, q.criteria, q.sources,
      q.article, q.resolver, s.outcome, s.reason, s.known_at, s.evidence, s.note AS resolution_note
    FROM current_revisions q LEFT JOIN current_resolutions s ON s.question_id = q.question_id
    """,
}
