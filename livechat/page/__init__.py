"""The page, one module for each thing it draws. Streamlit is imported here and nowhere else."""
