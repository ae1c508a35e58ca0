"""What is wrong, and what to do about it: looks at everything that Ringback needs, and changes nothing."""

from __future__ import annotations

from ringback.doctor.examination import examine
from ringback.doctor.finding import Finding

__all__ = ["Finding", "examine"]
