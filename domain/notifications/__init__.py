"""What a user is told when they are not looking."""
