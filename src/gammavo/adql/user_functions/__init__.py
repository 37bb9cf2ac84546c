"""User-defined functions: those of the IVOA catalogue, and a few that clients know.

Names, signatures and meanings are those of the "Catalogue of ADQL User Defined Functions"
1.2 (IVOA endorsed note); functions of other origin say so. None of them is a function of
the engine: each expands to the values that the plan has anyway.
"""

from gammavo.adql.user_functions.builtin import BUILTIN_USER_FUNCTIONS
from gammavo.adql.user_functions.function import Expansion, UserFunction

__all__ = ["BUILTIN_USER_FUNCTIONS", "Expansion", "UserFunction"]
