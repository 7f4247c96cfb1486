"""Argosy runs Argo Workflows manifests anywhere."""

__version__ = "0.1.0"
