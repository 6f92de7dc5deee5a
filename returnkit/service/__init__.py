"""What records mean: returns and complaints folded from their events. Pure."""
