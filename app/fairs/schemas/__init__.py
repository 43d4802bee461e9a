"""What crosses the door about fairs, by what it is about."""
