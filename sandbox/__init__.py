"""A stand-in for call-back providers, faithful to their wire, with faults on demand.

Written from the providers' public documents alone, so that a misreading in a client shows as a failing test rather than
as the same mistake made twice. Facts carry their grade: CONFIRMED (seen in a document or an SDK), CONFIRMED-3P (in the
strict decoder of a program that talked to the real service), INFERRED (follows from those) or ASSUMED (no source).

Each provider is a folder beside the others (`fonolo/`, `tenios/`); clock, calls, faults and control are shared.
"""
