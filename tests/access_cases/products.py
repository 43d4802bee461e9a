"""The common catalogue: everybody reads, its keepers change."""

from tests.access_cases import Case, only, public
from tests.access_cases.world import World
from tests.factories import products


async def _product(world: World) -> None:
    world.names["product"] = str(await products.product(world.db, f"Quinua {world.names['new_id']}"))


_PRODUCT = "/v1/products/{product}"
_KEEPER = only(hidden=())  # the product is the platform's
_KILO = {"value": "1", "unit": "KGM"}


async def _parts(world: World) -> None:
    """With a variant, a pack and a local measure; the version that is asked for follows."""
    await _product(world)
    admin, path = world.callers["admin"], f"/v1/products/{world.names['product']}"
    for version, part in enumerate(("variants/roja", "packs/bolsa", "local-units/saco"), start=1):
        body = {"name": "Roja"} if version == 1 else {"name": "Bolsa", "quantity": _KILO}
        body = {"quantity": _KILO} if version == 3 else body
        put = await admin.put(f"{path}/{part}", json=body, headers={"if-match": f'"{version}"'})
        assert put.status_code < 300, put.text


_FOURTH = {"if-match": '"4"'}

CASES = {
    "create_category": Case(
        "POST", "/v1/categories", _KEEPER, {"code": "hierbas", "name_es": "Hierbas", "name_en": "Herbs"}
    ),
    "put_product_variant": Case("PUT", _PRODUCT + "/variants/roja", _KEEPER, {"name": "Roja"}, _product),
    "remove_product_variant": Case("DELETE", _PRODUCT + "/variants/roja", _KEEPER, None, _parts, _FOURTH),
    "put_product_pack": Case(
        "PUT", _PRODUCT + "/packs/bolsa", _KEEPER, {"name": "Bolsa", "quantity": _KILO}, _product
    ),
    "remove_product_pack": Case("DELETE", _PRODUCT + "/packs/bolsa", _KEEPER, None, _parts, _FOURTH),
    "put_product_local_unit": Case(
        "PUT", _PRODUCT + "/local-units/saco", _KEEPER, {"quantity": _KILO}, _product
    ),
    "remove_product_local_unit": Case(
        "DELETE", _PRODUCT + "/local-units/saco", _KEEPER, None, _parts, _FOURTH
    ),
    "create_product": Case(
        "POST",
        "/v1/products",
        only("secretary", hidden=()),
        {"code": "kiwicha", "category": "granos", "name": "Kiwicha", "unit": "KGM", "owner": "{network}"},
    ),
    "read_product": Case("GET", _PRODUCT, public(), None, _product),
    "update_product": Case("PATCH", _PRODUCT, _KEEPER, {"quality": "Lavada"}, _product),
}
