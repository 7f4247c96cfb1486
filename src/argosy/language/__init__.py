"""The languages inside a manifest (tags, conditions, dependencies, durations, selectors, paths): text becomes values."""
