"""Public descriptions held against an independent reading of their XML: `python -m tests.corpus FOLDER`."""
