"""Notes what a WSGI application is given and what it answers: one line of JSON per request. Only for `lab explain`."""
import json
import os
import time

MOST_TEXT = 4096


def observe(application, path, begun_ns, ready_ns):
    """The application with an onlooker round it. `begun_ns`, `ready_ns`: around the import of the application."""

    def observed(environ, start_response):
        note = {
            "pid": os.getpid(),
            "begunNs": begun_ns,
            "readyNs": ready_ns,
            "calledNs": time.monotonic_ns(),
            "given": [[name, _text(value)] for name, value in environ.items()],
            "read": "",
            "readBytes": 0,
            "status": None,
            "headers": [],
        }
        environ["wsgi.input"] = _Input(environ["wsgi.input"], note)

        def noted_start_response(status, headers, *exc_info):
            note["status"] = status
            note["headers"] = [[str(name), str(value)] for name, value in headers]
            return start_response(status, headers, *exc_info)

        try:
            answer = application(environ, noted_start_response)
        except BaseException:
            _write(path, note)
            raise
        if isinstance(answer, (list, tuple)):
            _write(path, note)
            return answer
        return _Answer(answer, path, note)

    return observed


def _text(value):
    if isinstance(value, str):
        return value[:MOST_TEXT]
    if isinstance(value, (bool, int, float, tuple, type(None))):
        return repr(value)
    if isinstance(value, type) or callable(value):
        return f"<{getattr(value, '__module__', '?')}.{getattr(value, '__qualname__', type(value).__name__)}>"
    return f"<{type(value).__module__}.{type(value).__qualname__} object>"


def _write(path, note):
    note["doneNs"] = time.monotonic_ns()
    with open(path, "ab", buffering=0) as notes:
        notes.write(json.dumps(note).encode("utf-8") + b"\n")


class _Input:
    """The request's body, with a look at what is read of it."""

    def __init__(self, stream, note):
        self._stream = stream
        self._note = note

    def _seen(self, data):
        note = self._note
        room = MOST_TEXT - len(note["read"])
        note["read"] += data[: max(0, room)].decode("utf-8", "replace")
        note["readBytes"] += len(data)
        return data

    def read(self, *size):
        return self._seen(self._stream.read(*size))

    def readline(self, *size):
        return self._seen(self._stream.readline(*size))

    def readlines(self, *hint):
        return [self._seen(line) for line in self._stream.readlines(*hint)]

    def __iter__(self):
        return (self._seen(line) for line in self._stream)

    def __getattr__(self, name):
        return getattr(self._stream, name)


class _Answer:
    """The application's answer, noted when the server closes it (PEP 3333 says that it must)."""

    def __init__(self, answer, path, note):
        self._answer = answer
        self._path = path
        self._note = note

    def __iter__(self):
        return iter(self._answer)

    def close(self):
        try:
            close = getattr(self._answer, "close", None)
            if close is not None:
                close()
        finally:
            _write(self._path, self._note)
