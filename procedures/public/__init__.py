"""Pages for everybody and for citizens."""
