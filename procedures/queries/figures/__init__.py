"""Figures: measures by predicate, periods, reports; a figure and its list are the same question."""
