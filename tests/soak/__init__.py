"""The app as it runs, in a terminal of its own, while everything around it goes wrong."""
