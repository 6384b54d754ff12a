"""Pages of PDF and picture files as pictures, and where words stand on them, made in processes apart.

The process that draws imports this package: nothing here may need `qa` or Streamlit, which take a second to import.
"""
