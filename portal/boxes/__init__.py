"""The boxes of a form as HTML, a function for each type of field: a page of 500 fields costs milliseconds, as templates it cost seconds."""
