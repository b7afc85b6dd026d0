"""Writing down what is spoken: the contract, and the engines that keep it."""
