"""A consumer group's basket: how many whole packs, and who gets how much of them."""

from app.aggregation.model import Basket, Producer
from app.aggregation.tier_zero import aim
from app.aggregation.ties import tie_order
from app.aggregation.waterfill import pour


def share_basket(basket: Basket) -> tuple[int, dict[str, int]]:
    """The packs to order and each member's quantity; quantities sum to packs x pack.

    The fewest packs that give everybody what they want, where tolerances carry the rest in equal parts; else
    the most packs that the wishes fill, in equal shares of at most one's wish. Ties by the public lottery.
    """
    ordered = tie_order(basket.id, [Producer(id=member.id) for member in basket.members])
    by_id = {member.id: member for member in basket.members}
    members = [by_id[producer.id] for producer, _ in ordered]
    wanted = sum(member.want for member in members)
    most = wanted + sum(member.tol or 0 for member in members)
    packs = aim(wanted, most, basket.pack, most // basket.pack)
    total = packs * basket.pack
    if total >= wanted:
        extra = pour([(0, 1, member.tol or 0) for member in members], 1, total - wanted)
        shares = [member.want + part for member, part in zip(members, extra, strict=True)]
    else:
        shares = pour([(0, 1, member.want) for member in members], 1, total)
    return packs, {member.id: part for member, part in zip(members, shares, strict=True)}
