"""The plain way to do the same in Python: a loop over URLs with urllib.parse, for the ordinary forms.

    flickr-urls.py lines   < urls.txt     one URL a line in, one JSON object a line out
    flickr-urls.py field   < urls.ndjson  {"url": ...} in, the same with "flickr" out
    flickr-urls.py memory  < urls.txt     parses a list in memory, best of five; prints URLs a second
"""

import json
import re
import sys
import time
from urllib.parse import parse_qs, unquote, urlsplit

SITE = {"www.flickr.com", "flickr.com", "m.flickr.com", "secure.flickr.com"}
FILES = re.compile(r"^(?:live\.staticflickr\.com|static\.flickr\.com|farm\d+\.static\.?flickr\.com)$")
NSID = re.compile(r"^\d{5,11}@N\d\d$", re.IGNORECASE)
PAGE = re.compile(r"^page(\d+)$")
ALPHABET = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
VALUES = {character: value for value, character in enumerate(ALPHABET)}


def owner(name):
    nsid = name.upper() if NSID.match(name) else None
    return f"https://www.flickr.com/photos/{nsid or name}/", nsid


def photo(photo_id, user, form, canonical=None, **file):
    url, nsid = owner(user) if user else (None, None)
    return {
        "type": "single_photo",
        "photo_id": photo_id,
        "user_url": url,
        "user_id": nsid,
        **file,
        "form": form,
        "canonical_url": f"{url}{photo_id}/" if user else f"https://www.flickr.com/photo.gne?id={photo_id}",
    }


def page_of(segments):
    for segment in segments:
        found = PAGE.match(segment)
        if found:
            return int(found[1])
    return 1


def end_of(page):
    return "" if page == 1 else f"page{page}/"


def parse(text):
    try:
        parts = urlsplit(text if "//" in text else f"https://{text}")
        host = parts.hostname or ""
    except ValueError:
        return {"error": "NotAFlickrUrl"}
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    if host in SITE:
        return site(segments, parts.query)
    if host == "flic.kr":
        if len(segments) == 2 and segments[0] == "p" and all(c in VALUES for c in segments[1]):
            number = 0
            for character in segments[1]:
                number = number * 58 + VALUES[character]
            return photo(str(number), None, "short")
        return {"error": "UnrecognisedUrl"}
    if FILES.match(host):
        if len(segments) >= 2 and segments[0].isdigit() and segments[1].split("_")[0].isdigit():
            stem, _, extension = segments[1].partition(".")
            pieces = stem.split("_")
            return photo(
                pieces[0],
                None,
                "jpeg" if extension == "jpg" else "file",
                server=segments[0],
                secret=pieces[1] if len(pieces) > 1 else None,
                size=pieces[2] if len(pieces) > 2 else None,
                format=extension or None,
            )
        return {"error": "UnrecognisedUrl"}
    return {"error": "NotAFlickrUrl"}


def site(segments, query):
    count = len(segments)
    first = segments[0] if segments else ""
    if not segments and not query:
        return {"type": "homepage", "form": "page", "canonical_url": "https://www.flickr.com/"}
    if first == "photos" and count >= 3 and segments[1] == "tags":
        page = page_of(segments[3:])
        canonical = f"https://www.flickr.com/photos/tags/{segments[2]}/{end_of(page)}"
        return {"type": "tag", "tag": segments[2], "page": page, "form": "page", "canonical_url": canonical}
    if first == "photos" and count >= 3 and segments[2].isdigit():
        return photo(segments[2], segments[1], "page")
    if first == "photos" and count >= 4 and segments[2] in ("albums", "sets", "galleries") and segments[3].isdigit():
        url, nsid = owner(segments[1])
        page = page_of(segments[4:])
        if segments[2] == "galleries":
            canonical = f"{url}galleries/{segments[3]}/{end_of(page)}"
            kind, name = "gallery", "gallery_id"
        else:
            canonical = f"{url}albums/{segments[3]}/{end_of(page)}"
            kind, name = "album", "album_id"
        return {
            "type": kind,
            "user_url": url,
            name: segments[3],
            "page": page,
            "user_id": nsid,
            "form": "page",
            "canonical_url": canonical,
        }
    if first in ("photos", "people") and (count == 2 or (count == 3 and PAGE.match(segments[2]))):
        url, nsid = owner(segments[1])
        page = page_of(segments[2:])
        form = "page" if first == "photos" else "profile"
        canonical = f"{url}{end_of(page)}"
        return {"type": "user", "page": page, "user_url": url, "user_id": nsid, "form": form, "canonical_url": canonical}
    if first == "groups" and (count == 2 or (count >= 3 and segments[2] == "pool")):
        page = page_of(segments[3:])
        url = f"https://www.flickr.com/groups/{segments[1]}"
        nsid = segments[1].upper() if NSID.match(segments[1]) else None
        pool = "" if page == 1 else f"pool/page{page}/"
        return {
            "type": "group",
            "group_url": url,
            "group_id": nsid,
            "page": page,
            "form": "page",
            "canonical_url": f"{url}/{pool}",
        }
    if count == 1 and first.startswith("photo") and first.endswith(".gne"):
        ids = parse_qs(query).get("id", [])
        if len(ids) == 1 and ids[0].isdigit():
            return photo(ids[0], None, "gne")
    return {"error": "UnrecognisedUrl"}


def main():
    mode = sys.argv[1]
    if mode == "memory":
        urls = [line.rstrip("\n") for line in sys.stdin]
        best = float("inf")
        for _ in range(5):
            started = time.perf_counter()
            for url in urls:
                parse(url)
            best = min(best, time.perf_counter() - started)
        print(len(urls) / best)
        return
    write = sys.stdout.write
    for line in sys.stdin:
        if mode == "field":
            record = json.loads(line)
            write(json.dumps({**record, "flickr": parse(record["url"])}, separators=(",", ":"), ensure_ascii=False) + "\n")
        else:
            url = line.rstrip("\n")
            write(json.dumps({"url": url, **parse(url)}, separators=(",", ":"), ensure_ascii=False) + "\n")


main()
