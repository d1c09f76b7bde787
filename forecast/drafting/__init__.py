"""From an article to candidate questions: who says what will happen, how surely and by when.

By rules and offline. Each file has one concern: reading a text (`texts`, `markup`, `pages`,
`language`), cutting it (`sentences`, `quotes`), the tables of cues and finding them (`cues/`), what
a cue's clause says (`clauses`, `polarity`, `deadlines`, `conditions`), who says it (`names`,
`speakers`), what becomes of a sentence (`census`), and what is made of it (`candidates`, `titles`,
`topics`, `writing`, `explaining`, `shapes`). `drafts.draft` walks that road once.
"""
