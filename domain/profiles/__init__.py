"""Who the user is, in their own words; what they make and where it goes; which subject is their avatar."""
