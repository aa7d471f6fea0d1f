"""Dorsal horn neurons of published networks, as their authors ran them."""

from causalgia.cord.published_cells.aguiar import aguiar_interneuron as aguiar_interneuron
from causalgia.cord.published_cells.aguiar import aguiar_projection as aguiar_projection
from causalgia.cord.published_cells.medlock import medlock_bursting as medlock_bursting
from causalgia.cord.published_cells.medlock import medlock_delayed as medlock_delayed
from causalgia.cord.published_cells.medlock import medlock_projection as medlock_projection
from causalgia.cord.published_cells.medlock import medlock_tonic as medlock_tonic
from causalgia.cord.published_cells.zhang import zhang_excitatory as zhang_excitatory
from causalgia.cord.published_cells.zhang import zhang_inhibitory as zhang_inhibitory
from causalgia.cord.published_cells.zhang import zhang_projection as zhang_projection
