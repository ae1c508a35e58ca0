"""Measurements, each printed as a ratio to a stated baseline. `python -m bench NAME…`; README.md explains them."""
