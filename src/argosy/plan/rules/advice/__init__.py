"""Advice: what Argo accepts, and what fails, or does something else than was meant, when it runs. Never an error."""
