"""The words and rules that everything above shares: settings, errors, registry, events, paths, units."""
