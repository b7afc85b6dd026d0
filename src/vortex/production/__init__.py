"""Who makes: stages, the content-addressed build, workers."""
