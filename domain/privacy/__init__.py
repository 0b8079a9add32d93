"""What people take back: a consent, a persona, photos. It is gone at once for them, everywhere soon, and a receipt says so."""
