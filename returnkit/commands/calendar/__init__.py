"""`returnkit calendar`: public holidays and closed days."""
