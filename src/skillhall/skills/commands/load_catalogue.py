"""Loading the shipped catalogue."""

from importlib.resources import files

from skillhall.kernel.db.tx import Tx
from skillhall.skills.model.catalogue import Edition, edition
from skillhall.skills.store import edition as store
from skillhall.skills.store.graph import lock_graph


def shipped() -> Edition:
    """Return the edition that lies in this package."""
    folder = files("skillhall.skills") / "catalogue"
    texts = {
        path.name.removesuffix(".tsv"): path.read_text(encoding="utf-8")
        for path in (folder / "skills").iterdir()
        if path.name.endswith(".tsv")
    }
    categories, parts, related = (
        (folder / f"{name}.tsv").read_text(encoding="utf-8") for name in ("categories", "subcategories", "related")
    )
    return edition(categories, texts, related, parts)


async def load_catalogue(tx: Tx) -> None:
    """Bring the tables to the shipped edition; nothing happens when they hold it. What staff has deprecated stays so."""
    new = shipped()
    if await store.loaded_digest(tx) == new.digest:
        return
    await lock_graph(tx)
    if await store.loaded_digest(tx) != new.digest:
        await store.load(tx, new)
