"""What several test folders share: the database, the hall, an HTTP client."""
