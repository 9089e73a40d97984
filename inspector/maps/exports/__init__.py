"""Register maps in other formats: JSON lines, a C header, documentation, CMSIS-SVD."""
