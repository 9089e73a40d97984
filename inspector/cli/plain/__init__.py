"""The app as lines of text: the same session, for a screen reader, a teletype or a script."""
