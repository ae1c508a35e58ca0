"""The guard's parts: what kind of number it is, what is counted, and who has proven which number."""
