"""The nouns of gammavo: columns, tables, vocabularies, identifiers, regions, errors.

This room uses the standard library only, and every fact that several rooms need is
declared here once: Parquet schemas, ``TAP_SCHEMA``, VOTable FIELDs, forms and the
reference pages are all derived from these declarations.
"""
