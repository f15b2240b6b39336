"""What each method answers, and what it refuses."""
