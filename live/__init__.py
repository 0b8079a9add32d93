"""What is watched now: pub/sub over Redis, and in memory for tests."""
