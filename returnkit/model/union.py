"""The European Union: where the right of withdrawal, and much else of consumer law, holds."""

# Currency and capital's time zone of the members of the European Union, where the right of withdrawal holds.
EUROPEAN_UNION = {
    "AT": ("EUR", "Europe/Vienna"), "BE": ("EUR", "Europe/Brussels"), "BG": ("EUR", "Europe/Sofia"),
    "HR": ("EUR", "Europe/Zagreb"), "CY": ("EUR", "Asia/Nicosia"), "CZ": ("CZK", "Europe/Prague"),
    "DK": ("DKK", "Europe/Copenhagen"), "EE": ("EUR", "Europe/Tallinn"), "FI": ("EUR", "Europe/Helsinki"),
    "FR": ("EUR", "Europe/Paris"), "DE": ("EUR", "Europe/Berlin"), "GR": ("EUR", "Europe/Athens"),
    "HU": ("HUF", "Europe/Budapest"), "IE": ("EUR", "Europe/Dublin"), "IT": ("EUR", "Europe/Rome"),
    "LV": ("EUR", "Europe/Riga"), "LT": ("EUR", "Europe/Vilnius"), "LU": ("EUR", "Europe/Luxembourg"),
    "MT": ("EUR", "Europe/Malta"), "NL": ("EUR", "Europe/Amsterdam"), "PL": ("PLN", "Europe/Warsaw"),
    "PT": ("EUR", "Europe/Lisbon"), "RO": ("RON", "Europe/Bucharest"), "SK": ("EUR", "Europe/Bratislava"),
    "SI": ("EUR", "Europe/Ljubljana"), "ES": ("EUR", "Europe/Madrid"), "SE": ("SEK", "Europe/Stockholm"),
}  # fmt: skip
