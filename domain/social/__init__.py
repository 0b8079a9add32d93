"""Graphics for social platforms: what each platform takes, and which picture of a person suits it."""
