"""The README's pictures of the page, and what makes them."""
