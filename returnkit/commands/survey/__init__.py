"""`returnkit survey`: what customers answered."""
