"""What a user can spend, what is held for running work, and how every movement is written down."""
