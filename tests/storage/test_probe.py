import pytest
from datetime import datetime, UTC
@pytest.mark.parametrize("n", range(20))
async def test_probe(storage, n):
    async with storage.write() as tx:
        await tx.operations.beat("me", datetime(2026,1,1,tzinfo=UTC))
    async with storage.read() as tx:
        assert len(await tx.operations.uptimes(datetime(2025,1,1,tzinfo=UTC)))==1
