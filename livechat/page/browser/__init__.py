"""What only the visitor's browser can do, and the scripts that have it do so."""
