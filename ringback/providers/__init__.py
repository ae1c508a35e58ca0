"""The call-back providers, each one file behind the Protocol of `base`."""
