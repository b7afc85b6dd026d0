"""Pictures from words: the contract, and the engines that keep it."""
