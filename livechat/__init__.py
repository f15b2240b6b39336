"""The customer's side of a LiveChat conversation, as a Streamlit page."""
