"""
Looks up the photos of lines in the links of a staging database, one query a line, as a plain loop does. A line is a photo
id, or a media record, which is written again with its files.
"""

import json
import sqlite3
import sys

links = sqlite3.connect(sys.argv[1])
for line in sys.stdin:
    record = json.loads(line) if line.startswith("{") else {"flickr_photo_id": line.strip()}
    photo = record.get("flickr_photo_id") or (record["provider"] == "flickr" and record["foreign_identifier"]) or 0
    rows = links.execute("SELECT page_id, title FROM commons_link WHERE photo_id = ?", (int(photo),))
    record["commons"] = [{"page_id": page_id, "title": title} for page_id, title in rows]
    print(json.dumps(record, ensure_ascii=False))
