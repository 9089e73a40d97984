"""The agent: the part of `inspector` that touches hardware, in a process of its own.

Standard library of Python 3.9 or later alone. It is sent to its interpreter over standard input, so
nothing has to be installed where it runs, and one with more rights imports nothing that a user can write.
A *supervisor* opens files, keeps claims and talks to the client; a *worker* for each mapping touches it,
without rights, and may die of it. What it is told is in `protocol`; nobody imports it but
``inspector.backends``.
"""
