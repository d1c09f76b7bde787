"""Is a question resolvable? Rules with stable codes, and what they find.

A rule is a small function with its texts and examples beside it, by theme in `about_*`; `registry`
has them all. `times`, `amounts` and `english` read what titles and criteria say; `engine` runs the
rules, `ignores` hides what a comment says to hide, `fixing` mends what a program can, `formats`
writes findings for other programs. A finding that is wrong costs more than one that is missed:
rules keep quiet where they are not sure.
"""
