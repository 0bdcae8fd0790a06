"""Makes data/rows.sqlite from rows.json: `python3 servers/apps/shared/make-rows.py [OUTPUT]`.

The database is committed, so nothing runs this on a normal day. The contract reads rows.json itself, so an
app that answers /rows from the database is compared with an answer that never saw it.
"""
import json
import os
import sqlite3
import sys

here = os.path.dirname(os.path.abspath(__file__))
output = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "data", "rows.sqlite")
with open(os.path.join(here, "rows.json"), encoding="utf-8") as source:
    rows = json.load(source)
if os.path.exists(output):
    os.unlink(output)
database = sqlite3.connect(output, isolation_level=None)
database.execute("PRAGMA page_size = 4096")
database.execute("PRAGMA journal_mode = DELETE")
database.execute("CREATE TABLE berth (id INTEGER PRIMARY KEY, name TEXT NOT NULL, depth INTEGER NOT NULL)")
database.execute("BEGIN")
database.executemany("INSERT INTO berth (id, name, depth) VALUES (?, ?, ?)", rows)
database.execute("COMMIT")
database.execute("CREATE INDEX berth_depth ON berth (depth)")
database.execute("VACUUM")
database.close()
