"""What a patch of membrane does: channels, their gates, and membranes made of them."""

from causalgia.channels.block import Block as Block
from causalgia.channels.channel import Channel as Channel
from causalgia.channels.channel import temperature_factor as temperature_factor
from causalgia.channels.ions import Ion as Ion
from causalgia.channels.ions import Pool as Pool
from causalgia.channels.membrane import Membrane as Membrane
