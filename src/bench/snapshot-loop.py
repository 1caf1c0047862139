"""The loop that most people begin with: unpack, parse every line, look at two properties. Prints how many matched."""

import gzip
import json
import sys

found = 0
with gzip.open(sys.argv[1], "rt", encoding="utf-8") as snapshot:
    for line in snapshot:
        if not line.startswith("{"):
            continue
        entity = json.loads(line.strip().removesuffix(","))
        statements = entity.get("statements") or {}
        if "P12120" in statements or "flickr" in json.dumps(statements.get("P7482", "")):
            found += 1
print(found)
