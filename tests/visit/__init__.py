"""A visit against the sandbox: each part by itself, and all of them as the page drives them."""
