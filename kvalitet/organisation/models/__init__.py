from kvalitet.organisation.models.assignment import Absence, Denial, RoleAssignment
from kvalitet.organisation.models.second_factor import SecondFactor
from kvalitet.organisation.models.session import KeptForm, Session
from kvalitet.organisation.models.unit import Unit
from kvalitet.organisation.models.user import User

__all__ = ["Absence", "Denial", "KeptForm", "RoleAssignment", "SecondFactor", "Session", "Unit", "User"]
