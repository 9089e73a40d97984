"""The command line. What scripts rely on is held by the tests in ``tests/unit/cli``."""
