"""What is never made here, and who may have what: rules without exceptions for anyone (PRODUCT, section 10)."""
