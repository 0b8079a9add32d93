"""What can make pixels and words: models as data, and the choice among them by what they can do."""
