"""Judging pictures: the contract, and the engines that keep it."""
