"""The sandbox bank's webhooks: a signed event of its own is checked and kept as any party's, only that no network lies between."""

from skillhall.kernel.work.outside import Outside
from skillhall.payments.commands.settle_news import receive
from skillhall.payments.model.sandbox import NAME, TellNews
from skillhall.payments.outside.desk import sandbox


async def tell_sandbox_news(task: TellNews, out: Outside) -> None:
    """Deliver one event. Told twice it is kept once."""
    read = await out.runner.read()
    bank = sandbox(read)
    body = await bank.told(task.event_id)
    [news] = await bank.news(bank.signed(body, read.wall), body, read.wall)
    await out.finish(lambda tx: receive(tx, NAME, news))
