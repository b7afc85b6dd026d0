"""What is seen: the checks that a finished film must pass, and the report."""
