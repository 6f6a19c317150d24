from kvalitet.organisation.models.assignment import Absence, Denial, RoleAssignment
from kvalitet.organisation.models.unit import Unit
from kvalitet.organisation.models.user import User

__all__ = ["Absence", "Denial", "RoleAssignment", "Unit", "User"]
