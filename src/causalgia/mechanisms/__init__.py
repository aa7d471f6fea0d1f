"""The one map of everything that can be changed along the pathway."""

from causalgia.mechanisms.map import FIBERS as FIBERS
from causalgia.mechanisms.map import PERIPHERAL_PLACES as PERIPHERAL_PLACES
from causalgia.mechanisms.map import PLACES as PLACES
from causalgia.mechanisms.map import Entry as Entry
from causalgia.mechanisms.map import entries as entries
