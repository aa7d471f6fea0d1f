"""Every published number beside the model's: what agrees, what does not, and by how much."""

from __future__ import annotations

from causalgia.validation.reference import FLOORS as FLOORS
from causalgia.validation.reference import Reference as Reference
from causalgia.validation.reference import load_references as load_references
from causalgia.validation.run import Validation as Validation
from causalgia.validation.run import validate as validate
from causalgia.validation.verdict import NotComputed as NotComputed
from causalgia.validation.verdict import Row as Row
from causalgia.validation.verdict import judge as judge
