"""What can be made: voices, takes, text, vectors. Each kind has a contract in its base module."""
