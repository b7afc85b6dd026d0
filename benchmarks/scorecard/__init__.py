"""The scorecard: nineteen measures of a film, for a list of films, without network, model or judge."""
