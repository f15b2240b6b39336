"""What stands between the app and a visitor, as helpers: proxies, lines, clocks, browsers."""
