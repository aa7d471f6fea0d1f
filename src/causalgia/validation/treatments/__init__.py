"""Treatments: published trials and pooled effects, in patients, beside those in virtual ones."""

from __future__ import annotations

from causalgia.validation.treatments.computing import compute as compute
