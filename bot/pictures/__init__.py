"""Pictures: values in, PNG out. Knows neither Discord nor storage."""
