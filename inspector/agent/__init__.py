"""The part that touches hardware, in a process of its own: standard library of Python 3.9 alone.

::

    client ── frames ── supervisor ─┬─ worker of one window ── the bus
    (unprivileged)      (opens)     └─ worker of another window

The client (``inspector.backends.agency``) sends the sources of this package over standard input. The
supervisor opens what is mapped and keeps the locks, and never touches hardware itself; each window has a
worker, which drops privilege, maps the file and runs transactions. A worker may die of a bus error or hang
for ever: the supervisor says so, and goes on.
"""
