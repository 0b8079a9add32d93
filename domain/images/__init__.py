"""One finished image: where its bytes are, how it was made, what the user did with it."""
