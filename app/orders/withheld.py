"""What a plan keeps of a group's stock, without it: for readers whom that group does not let see what it has. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

_STOCK = ("eligible_stock", "packs")


def producers_of(document: Mapping[str, Any]) -> set[str]:
    """Every producer whose lots a plan's document names."""
    return {lot["producer"] for lot in document["lots"]}


def document(whole: Mapping[str, Any], withheld: Collection[str]) -> dict[str, Any]:
    """What the rule was given, without the lots of these producers."""
    return {**whole, "lots": [lot for lot in whole["lots"] if lot["producer"] not in withheld]}


def record(whole: Mapping[str, Any]) -> dict[str, Any]:
    """An explanation with the share and the reasons, without stock, packs and what the lots left aside had."""
    excluded = [
        {**lot, "reasons": [{**reason, "had": None} for reason in lot["reasons"]]}
        for lot in whole["excluded"]
    ]
    return {**whole, **dict.fromkeys(_STOCK), "excluded": excluded}
