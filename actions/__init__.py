"""Rasa's custom actions, one module for each journey. Thin: read slots, call the desk, choose the answer."""
