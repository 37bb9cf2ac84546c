"""How the table of jobs came to be, step by step, for Django's ``migrate``."""
