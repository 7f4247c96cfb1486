"""The languages inside a manifest: tags, conditions, dependencies, durations, selectors, paths. Text becomes values."""
