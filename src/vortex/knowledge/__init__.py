"""What is known: documents read into blocks, passages, and the search over them."""
