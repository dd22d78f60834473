"""May they? Verbs, roles as sets of verbs, the scope that follows, and credentials."""
