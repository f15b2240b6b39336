"""What is asked of LiveChat for one visitor, and when: against the sandbox, without Streamlit."""
