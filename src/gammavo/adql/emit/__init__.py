"""Plans as the SQL of engines, one module each."""
