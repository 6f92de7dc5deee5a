"""`returnkit item`: what there is to sell."""
