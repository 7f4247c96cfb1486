"""The same commands under make, ninja and Argosy, side by side in one run: `python -m bench`."""
