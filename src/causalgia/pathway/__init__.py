"""Mechanisms to percept, at two fidelities."""

from causalgia.pathway.response import QUALITIES as QUALITIES
from causalgia.pathway.response import TESTS as TESTS
from causalgia.pathway.response import Response as Response
