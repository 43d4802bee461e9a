"""Papers and photos that people bring: uploaded in pieces over a weak line, checked by content, private."""
