"""What several cogs need. Underscore: never loaded as an extension."""
