"""A questionnaire on paper: one layout, which the page and the PDF both draw."""
