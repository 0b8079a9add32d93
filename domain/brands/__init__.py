"""What a user's own graphics look and sound like."""
