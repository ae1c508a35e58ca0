"""What `make` runs: setting up, training, starting and checking Ringback. Only `bootstrap` needs no environment."""
