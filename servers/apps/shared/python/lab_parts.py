"""What all Python apps of the lab do alike. Routing, requests, responses and templates are each framework's own."""
import hashlib
import itertools
import json
import os
import sqlite3
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))

TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
JSON = "application/json"
BYTES = "application/octet-stream"

HELLO = b"Hello, world!\n"
NOT_FOUND = b"not found\n"
BAD_REQUEST = b"bad request\n"

MAX_BYTES = 64 * 1024 * 1024
MAX_ROUNDS = 1_000_000
MAX_CHUNKS = 100
MAX_WAIT_MS = 60_000

# 256 periods of the pattern: blocks are large enough that a generator costs nothing beside sending them.
_PATTERN = bytes(range(251)) * 256
_READ_SIZE = 65536

# The two things read once, when the app starts.
with open(os.path.join(HERE, "page.json"), encoding="utf-8") as _source:
    PAGE = json.load(_source)
_database = sqlite3.connect(
    f"file:{os.path.join(HERE, 'rows.sqlite')}?mode=ro&immutable=1", uri=True, check_same_thread=False
)
_database_lock = threading.Lock()

_requests = itertools.count(1)
_served = 0


def count_request():
    """Called once for each request that this process serves, whatever its route."""
    global _served
    _served = next(_requests)
    return _served


def dumps(value):
    """JSON in the contract's spelling: no spaces, UTF-8 as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def number(text, default, low, high):
    """A whole number of the query within its limits, or None. `text` is None when the query does not name it."""
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        return None
    value = int(text)
    return value if low <= value <= high else None


def pattern(length):
    """`length` bytes, byte i being i mod 251, in blocks that start at a multiple of 251."""
    whole, rest = divmod(length, len(_PATTERN))
    for _ in range(whole):
        yield _PATTERN
    if rest:
        yield _PATTERN[:rest]


def content_length(environ):
    """CONTENT_LENGTH; servers say 0 as '0', as '' or not at all. None when it is not a number."""
    text = environ.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else None


def echo(stream, length):
    """Reads exactly `length` bytes (less when the client went away) and says what they were."""
    digest = hashlib.sha256()
    left = length
    while left > 0:
        block = stream.read(min(left, _READ_SIZE))
        if not block:
            break
        digest.update(block)
        left -= len(block)
    return dumps({"length": length - left, "sha256": digest.hexdigest()})


def work(rounds):
    """`rounds` chained SHA-256 digests, beginning with that of nothing."""
    value = b""
    for _ in range(rounds):
        value = hashlib.sha256(value).digest()
    return value.hex().encode("ascii") + b"\n"


def chunks(number_of_chunks, pause_ms):
    for index in range(1, number_of_chunks + 1):
        if index > 1 and pause_ms:
            time.sleep(pause_ms / 1000)
        yield b"chunk %d\n" % index


def wait(milliseconds):
    time.sleep(milliseconds / 1000)
    return b"waited %d\n" % milliseconds


def who(milliseconds):
    """Which process answers, since when it lives (clock ticks after boot), and how much it served."""
    if milliseconds:
        time.sleep(milliseconds / 1000)
    try:
        with open("/proc/self/stat", encoding="ascii", errors="replace") as stat:
            start = stat.read().rsplit(")", 1)[1].split()[19]
    except OSError:
        start = ""
    return dumps({"pid": os.getpid(), "start": start, "requests": _served})


def rows():
    with _database_lock:
        found = _database.execute(
            "SELECT id, name, depth FROM berth WHERE depth >= 40 ORDER BY depth DESC, id LIMIT 25"
        ).fetchall()
    return dumps([{"id": row[0], "name": row[1], "depth": row[2]} for row in found])


def env(environ, distributions=()):
    """The request as the app sees it."""
    import platform
    from importlib import metadata

    headers = {
        key[5:].replace("_", "-").lower(): str(value) for key, value in environ.items() if key.startswith("HTTP_")
    }
    for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(key):
            headers[key.replace("_", "-").lower()] = str(environ[key])
    versions = {"python": platform.python_version()}
    for name in distributions:
        versions[name.lower()] = metadata.version(name)
    return dumps(
        {
            "method": environ["REQUEST_METHOD"],
            "path": environ.get("PATH_INFO", ""),
            "query": environ.get("QUERY_STRING", ""),
            "scheme": environ["wsgi.url_scheme"],
            "script_name": environ.get("SCRIPT_NAME", ""),
            "headers": headers,
            "wsgi": {key: bool(environ["wsgi." + key]) for key in ("run_once", "multithread", "multiprocess")},
            "mod_wsgi_process_group": environ.get("mod_wsgi.process_group"),
            "versions": versions,
        }
    )
