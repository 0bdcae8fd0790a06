"""Serves a WSGI application by flup, as `manage.py runfcgi` and its like once did.

    flup_server.py fastcgi|scgi threaded|fork unix:PATH|HOST:PORT SLOTS MODULE:CALLABLE

minSpare = maxSpare = the slots, for threads and for children, so the pool is full from the start and stays so.
"""
import importlib
import logging
import os
import signal
import sys

sys.path[0] = os.getcwd()  # the application's folder, not this file's

from flup.server import preforkserver, threadedserver, threadpool


class QueueingPool(threadpool.ThreadPool):
    """flup closes a connection that finds no idle thread; every other server here lets it wait."""

    def addJob(self, job, allowQueuing=True):
        return threadpool.ThreadPool.addJob(self, job, True)


class Stop(Exception):
    pass


def stop_handler(self, signum, frame):
    # flup's handler sets a flag and trusts select() to be interrupted. Since PEP 475 it is not: raise instead.
    raise Stop


def address_of(text):
    if text.startswith("unix:"):
        return text[len("unix:"):]
    host, port = text.rsplit(":", 1)
    return (host, int(port))


def main():
    protocol, method, address, slots, target = sys.argv[1:]
    module, name = target.split(":")
    slots = int(slots)
    if method == "threaded":
        threadedserver.ThreadPool = QueueingPool
        limits = {"minSpare": slots, "maxSpare": slots, "maxThreads": slots}
        server_module = {"fastcgi": "fcgi", "scgi": "scgi"}[protocol]
    else:
        preforkserver.PreforkServer._intHandler = stop_handler
        limits = {"minSpare": slots, "maxSpare": slots, "maxChildren": slots}
        server_module = {"fastcgi": "fcgi_fork", "scgi": "scgi_fork"}[protocol]
    if protocol == "scgi":
        limits["loggingLevel"] = logging.WARNING  # at INFO it writes a line for each request
    server_class = importlib.import_module("flup.server." + server_module).WSGIServer
    application = getattr(importlib.import_module(module), name)
    server = server_class(application, bindAddress=address_of(address), debug=False, **limits)
    try:
        server.run()
    except Stop:
        # Idle children end when they see their socket to us closed; busy ones end by the same signal.
        for pid in list(server._children):
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass


main()
