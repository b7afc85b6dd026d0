"""How sentences become pictures: what a sentence is, and which kind of shot shows that."""
