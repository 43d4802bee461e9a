"""The public pages of fairs: what people read, print, hang up, embed and subscribe to."""
