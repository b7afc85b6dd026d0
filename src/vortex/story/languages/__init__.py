"""What telling needs to know of each language: its phrases, the labels on its cards, and how it reads numbers."""
