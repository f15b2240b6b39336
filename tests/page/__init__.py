"""The page with AppTest: what is drawn for what LiveChat says, one file for each of its own."""
