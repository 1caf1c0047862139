"""
The loop that most people begin with: unpack, parse every line, look at the sources of the file and at its Flickr photo
id. It goes by the same rules as `--flickr`, but knows the usual forms of URL only, and prints the id or what is wrong.
"""

import gzip
import json
import re
import sys

PHOTO = re.compile(
    r"https?://(?:(?:www\.)?flickr\.com/photos/[^/]+/(\d+)|(?:live|farm\d+)\.static\.?flickr\.com/\d+/(\d+)_)", re.I
)


def photos(entity):
    """The Flickr photo ids that an entity names."""
    statements = entity.get("statements") or {}
    found = set()
    for source in statements.get("P7482", []):
        qualifiers = source.get("qualifiers") or {}
        operators = [snak["datavalue"]["value"]["id"] for snak in qualifiers.get("P137", []) if "datavalue" in snak]
        if operators and "Q103204" not in operators:
            continue
        for snak in qualifiers.get("P973", []) + qualifiers.get("P2699", []):
            match = PHOTO.match(snak["datavalue"]["value"]) if "datavalue" in snak else None
            if match:
                found.add(match[1] or match[2])
    for statement in statements.get("P12120", []):
        if "datavalue" in statement["mainsnak"]:
            found.add(statement["mainsnak"]["datavalue"]["value"])
    return found


with gzip.open(sys.argv[1], "rt", encoding="utf-8") as snapshot:
    for line in snapshot:
        if not line.startswith("{"):
            continue
        entity = json.loads(line.strip().removesuffix(","))
        found = photos(entity)
        if found:
            row = {"page_id": entity["pageid"], "title": entity["title"]}
            row |= {"flickr_photo_id": found.pop()} if len(found) == 1 else {"ambiguous": sorted(found)}
            print(json.dumps(row, ensure_ascii=False))
