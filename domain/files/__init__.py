"""Files in the object store that nobody refers to any more."""
