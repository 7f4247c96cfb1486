"""Answers become text: Argo's words and columns."""
