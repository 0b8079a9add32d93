"""What the studio is used for: events, counts of them by day, and the figures an operator reads off the counts."""
