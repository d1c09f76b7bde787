"""Q0: what `lint` says of a file as such; the engine finds these, no function does."""

from forecast.drafting.lint.rule import Example, Rule

NO_REASON, IGNORES_NOTHING, UNREADABLE, STILL_OPEN = "Q001", "Q002", "Q003", "Q004"

RULES = (
    Rule(
        code=NO_REASON,
        name="ignore-without-reason",
        what="A `# lint: ignore` comment names no rule, or gives no reason.",
        why="In a year nobody knows whether the reason still holds.",
        bad=Example("sources = []  # lint: ignore Q101"),
        good=Example("sources = []  # lint: ignore Q101 the club's secretary tells us"),
    ),
    Rule(
        code=IGNORES_NOTHING,
        name="ignore-of-nothing",
        what="A `# lint: ignore` comment stands where that rule finds nothing.",
        why="It would hide the next mistake.",
        bad=Example("deadline = 2027-06-30  # lint: ignore Q202 as the article has it"),
        good=Example("deadline = 2027-06-30  # as the article has it"),
    ),
    Rule(
        code=UNREADABLE,
        name="unreadable",
        what="A file is no question file: it would not load.",
        why="Nothing else can be said of it before that is put right.",
        bad=Example("deadlin = 2027-06-30"),
        good=Example("deadline = 2027-06-30"),
    ),
    Rule(
        code=STILL_OPEN,
        name="still-open",
        what='A place of a draft is still "?". Open criteria, sources and deadlines have rules of '
        "their own.",
        why="A draft leaves to a person what only a person can decide, and does not load before.",
        bad=Example("""\
[[question.forecast]]
forecaster = "?"
at = 2027-01-10
probability = "likely"
"""),
        good=Example("""\
[[question.forecast]]
forecaster = "Shi Yinhong"
at = 2027-01-10
probability = "likely"
"""),
    ),
)
