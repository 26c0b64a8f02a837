"""The one way in which a neighbour fails for the rest of the house."""


class Unavailable(Exception):
    """The neighbour did not answer in time or not sensibly; the work goes on without it."""
