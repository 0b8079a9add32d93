"""What the product costs, beside a named reference that runs in the same minute on the same data. See README.md."""
