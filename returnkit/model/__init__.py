"""The words that everybody speaks: days, money, the calendar, what is sold."""
