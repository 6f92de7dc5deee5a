"""`returnkit kpi`: the figures."""
