"""Both providers keep the contract."""

from __future__ import annotations

from tests.providers.contract import ProviderContract
from tests.providers.wires import FonoloWire, TeniosWire


class TestFonolo(ProviderContract):
    """Fonolo keeps the contract."""

    wire = FonoloWire()


class TestTenios(ProviderContract):
    """TENIOS keeps the contract."""

    wire = TeniosWire()
