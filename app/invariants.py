"""The invariants of every room, for `minka check`: a server has no need of them."""

from collections.abc import Mapping, Sequence

from app.fairs import checks as fairs_checks
from app.inventory import checks as inventory_checks
from app.kernel import checks as kernel_checks
from app.kernel.checks import Check
from app.kernel.files import checks as files_checks
from app.ledger import checks as ledger_checks
from app.orders import checks as orders_checks
from app.people import checks as people_checks
from app.producers import checks as producers_checks
from app.seals import checks as seals_checks

CHECKS: Mapping[str, Sequence[Check]] = {
    "kernel": kernel_checks.CHECKS,
    "files": files_checks.CHECKS,
    "people": people_checks.CHECKS,
    "ledger": ledger_checks.CHECKS,
    "fairs": fairs_checks.CHECKS,
    "inventory": inventory_checks.CHECKS,
    "orders": orders_checks.CHECKS,
    "producers": producers_checks.CHECKS,
    "seals": seals_checks.CHECKS,
}
