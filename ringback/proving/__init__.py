"""Showing that a number is theirs who give it: who sends the code, and who knows whether it is the right one."""
