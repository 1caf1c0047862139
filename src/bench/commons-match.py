"""Looks up photo ids in the links of a staging database, one query a line, as a plain loop does."""

import json
import sqlite3
import sys

links = sqlite3.connect(sys.argv[1])
for line in sys.stdin:
    photo = line.strip()
    rows = links.execute("SELECT page_id, title FROM commons_link WHERE photo_id = ?", (int(photo),))
    files = [{"page_id": page_id, "title": title} for page_id, title in rows]
    print(json.dumps({"flickr_photo_id": photo, "commons": files}))
