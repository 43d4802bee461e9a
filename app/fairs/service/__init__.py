"""What can be done to fairs, their dates and their stalls, one file per stretch of their life."""
