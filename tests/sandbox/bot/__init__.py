"""What the scripted agent says and shows."""
