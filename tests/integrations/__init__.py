"""Each neighbour: the same contract for recorded answers and for the stand-in, and what happens when it fails."""
