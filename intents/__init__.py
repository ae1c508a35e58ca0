"""Tells what a person wants from what they typed: a component of Rasa's pipeline. Runs under Python 3.10."""
