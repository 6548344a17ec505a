"""A shop that has been open for a year: made by the real verbs, with the clock turned back."""
