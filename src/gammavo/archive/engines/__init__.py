"""Query engines: each runs the plans of ``adql`` and yields Arrow record batches."""
