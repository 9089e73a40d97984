"""Board tests: a stock Linux kernel on emulated hardware, with every bus access on record."""
