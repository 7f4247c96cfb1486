"""What is known before the run: references resolved, arguments supplied, tags substituted, the graph of tasks."""
