"""WSGI under mod_python, keeping what the handler shipped with mod_python loses: the status.

    PythonHandler mod_python_handler
    PythonOption wsgi.application app:application
    PythonOption wsgi.base_path ""
"""
import importlib
import sys

from mod_python import apache

_THREADED = bool(apache.mpm_query(apache.AP_MPMQ_IS_THREADED))
_FORKED = bool(apache.mpm_query(apache.AP_MPMQ_IS_FORKED))
_applications = {}


def _application(name):
    """The callable that `module:callable` names, imported once per interpreter."""
    found = _applications.get(name)
    if found is None:
        module, _, attribute = name.partition(":")
        found = _applications[name] = getattr(importlib.import_module(module), attribute or "application")
    return found


class _Input:
    """wsgi.input: what mod_python calls reading, kept within the request's body."""

    def __init__(self, req, length):
        self._req = req
        self._left = length

    def _take(self, data):
        self._left -= len(data)
        return data

    def read(self, size=-1):
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        return self._take(self._req.read(wanted)) if wanted > 0 else b""

    def readline(self, size=-1):
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        return self._take(self._req.readline(wanted)) if wanted > 0 else b""

    def readlines(self, hint=-1):
        return list(self)

    def __iter__(self):
        return iter(self.readline, b"")


class _Errors:
    """wsgi.errors: Apache's error log."""

    def __init__(self, req):
        self._req = req

    def write(self, text):
        if text.strip():
            self._req.log_error(text.rstrip("\n"), apache.APLOG_ERR)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass


def _environ(req, options):
    environ = dict(apache.build_cgi_env(req).items())
    base = options.get("wsgi.base_path", "")
    path = req.uri
    environ["SCRIPT_NAME"] = base
    environ["PATH_INFO"] = path[len(base):] if path.startswith(base) else path
    # mod_python takes the URI without its query for REQUEST_URI.
    environ["REQUEST_URI"] = req.unparsed_uri
    environ["QUERY_STRING"] = req.args or ""
    # CVE-2016-5385: a "Proxy:" header is not a setting.
    environ.pop("HTTP_PROXY", None)
    length = req.headers_in.get("Content-Length", "")
    if length:
        environ["CONTENT_LENGTH"] = length
    kind = req.headers_in.get("Content-Type")
    if kind is not None:
        environ["CONTENT_TYPE"] = kind
    environ.update(
        {
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https" if req.is_https() else "http",
            "wsgi.input": _Input(req, int(length) if length.isdigit() else 0),
            "wsgi.errors": _Errors(req),
            "wsgi.multithread": _THREADED,
            "wsgi.multiprocess": _FORKED,
            "wsgi.run_once": False,
        }
    )
    return environ


class _Response:
    def __init__(self, req):
        self._req = req
        self._started = False
        self._sent = False

    def start(self, status, headers, exc_info=None):
        if exc_info:
            try:
                if self._sent:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None
        elif self._started:
            raise AssertionError("start_response was called twice")
        req = self._req
        self._started = True
        req.status = int(status[:3])
        req.status_line = status
        for name in list(req.headers_out.keys()):
            del req.headers_out[name]
        for name, value in headers:
            lower = name.lower()
            if lower == "content-type":
                req.content_type = value
            elif lower == "content-length":
                req.set_content_length(int(value))
            else:
                req.headers_out.add(name, value)
        return self.write

    def write(self, data):
        if not self._started:
            raise AssertionError("write() before start_response()")
        self._sent = True
        if data:
            self._req.write(data)


def handler(req):
    options = req.get_options()
    application = _application(options.get("wsgi.application", "app:application"))
    response = _Response(req)
    try:
        result = application(_environ(req, options), response.start)
        try:
            for data in result:
                response.write(data)
            if not response._started:
                raise AssertionError("the application did not call start_response")
        finally:
            if hasattr(result, "close"):
                result.close()
    except Exception:
        if response._sent:
            raise
        import traceback

        for line in traceback.format_exception(*sys.exc_info()):
            req.log_error(line.rstrip("\n"), apache.APLOG_ERR)
        # Nothing of the answer may survive: Apache writes its own for 500.
        for name in list(req.headers_out.keys()):
            del req.headers_out[name]
        req.status_line = "500 Internal Server Error"
        return apache.HTTP_INTERNAL_SERVER_ERROR
    return apache.OK
