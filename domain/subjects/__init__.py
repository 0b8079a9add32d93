"""What personas and influencers have in common."""
