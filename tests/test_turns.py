"""Changes of collections in one process: none twice, and no two of one collection at a time."""

import asyncio

import pytest

from ui.documents.turns import Turns


def test_what_is_asked_for_again_while_it_is_made_is_made_once() -> None:
    made: list[str] = []

    async def main() -> None:
        turns, may_end = Turns(), asyncio.Event()

        async def change() -> int:
            made.append("made")
            number = len(made)
            await may_end.wait()
            return number

        first, second, other = (asyncio.ensure_future(turns.once(what, change)) for what in ("a", "a", "b"))
        await asyncio.sleep(0.001)
        # Who is gone takes the change from nobody.
        first.cancel()
        may_end.set()
        assert (await second, await other, first.cancelled()) == (1, 2, True)
        assert await turns.once("a", change) == 3

    asyncio.run(main())
    assert made == ["made"] * 3


def test_failure_reaches_all_that_asked_and_the_next_tries_again() -> None:
    async def main() -> None:
        turns, tried = Turns(), 0

        async def change() -> None:
            nonlocal tried
            tried += 1
            await asyncio.sleep(0)
            raise ValueError(str(tried))

        told = await asyncio.gather(*(turns.once("a", change) for _ in range(2)), return_exceptions=True)
        assert [str(error) for error in told] == ["1", "1"]
        with pytest.raises(ValueError, match="2"):
            await turns.once("a", change)

    asyncio.run(main())


def test_changes_of_one_collection_wait_for_each_other() -> None:
    seen: list[str] = []

    async def main() -> None:
        turns = Turns()

        async def change(collection: str, name: str) -> None:
            async with turns.of(collection):
                seen.append(f"{name} begins")
                await asyncio.sleep(0)
                seen.append(f"{name} ends")

        await asyncio.gather(change("a", "1"), change("a", "2"), change("b", "3"))
        assert not turns._locks

    asyncio.run(main())
    assert [line for line in seen if "3" not in line] == ["1 begins", "1 ends", "2 begins", "2 ends"]
    assert seen.index("3 begins") < seen.index("1 ends")
