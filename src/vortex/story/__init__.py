"""What is told: brief, script, claims and shots."""
