"""Photo files: what all formats share, colour profiles and metadata; reading and writing have rooms of their own."""
