"""Serves a WSGI application by cheroot, the HTTP server of CherryPy.

    cheroot_server.py unix:PATH|HOST:PORT SLOTS BACKLOG IDLE_SECONDS MODULE:CALLABLE
"""
import importlib
import os
import signal
import sys

sys.path[0] = os.getcwd()  # the application's folder, not this file's

from cheroot import wsgi


def address_of(text):
    if text.startswith("unix:"):
        return text[len("unix:"):]
    host, port = text.rsplit(":", 1)
    return (host, int(port))


def main():
    address, slots, backlog, idle_seconds, target = sys.argv[1:]
    module, name = target.split(":")
    server = wsgi.Server(
        address_of(address),
        getattr(importlib.import_module(module), name),
        numthreads=int(slots),
        max=int(slots),
        request_queue_size=int(backlog),
        timeout=int(idle_seconds),
        shutdown_timeout=3,
    )
    # Its default keeps 10 connections for further requests and closes all others.
    server.keep_alive_conn_limit = int(backlog)

    def stop(signum, frame):
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    try:
        server.start()
    finally:
        server.stop()


main()
