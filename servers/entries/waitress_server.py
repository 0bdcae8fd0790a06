"""Serves a WSGI application by waitress.

    waitress_server.py unix:PATH|HOST:PORT THREADS BACKLOG IDLE_SECONDS BODY_BYTES MODULE:CALLABLE

Not `waitress-serve`: that gives Python's root logger a handler, through which CherryPy then writes a line for each
request, as it does behind no other server.
"""
import importlib
import os
import sys

sys.path[0] = os.getcwd()  # the application's folder, not this file's

import waitress


def main():
    address, threads, backlog, idle_seconds, body_bytes, target = sys.argv[1:]
    module, name = target.split(":")
    where = {"unix_socket": address[len("unix:"):]} if address.startswith("unix:") else {"listen": address}
    waitress.serve(
        getattr(importlib.import_module(module), name),
        threads=int(threads),
        backlog=int(backlog),
        channel_timeout=int(idle_seconds),
        max_request_body_size=int(body_bytes),
        asyncore_use_poll=True,
        _quiet=True,
        **where,
    )


main()
