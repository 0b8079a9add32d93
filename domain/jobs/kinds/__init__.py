"""What can be asked for, one file a kind: what a request may say, what it costs, and the recipe it becomes."""
