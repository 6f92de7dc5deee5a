"""Personal data taken out for good, and who vouches for what is left (GDPR, article 17: the right to erasure)."""
