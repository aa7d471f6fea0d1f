"""Channels read from NMODL files, the mechanism language of NEURON."""

from causalgia.channels.nmodl.translate import ModChannel as ModChannel
from causalgia.channels.nmodl.translate import read_mod as read_mod
