"""How a network lives on this machine: what a folder holds, how it is loaded, where it stays, what it may use."""
