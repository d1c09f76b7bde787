"""The tracker's memory: one SQLite file, append-only, spoken to through the standard library.

`connection` opens it, `schema` makes and migrates it, `append` writes, `load` takes in whole
question files, `forecasters` keeps the names, `queries` reads. A write happens inside
`connection.writing` and is there whole or not at all.
"""
