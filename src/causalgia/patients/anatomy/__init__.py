"""Where it hurts, and where the pain may come from: areas of skin, origins, and signs."""

from causalgia.patients.anatomy.areas import SIDES as SIDES
from causalgia.patients.anatomy.areas import Area as Area
from causalgia.patients.anatomy.areas import areas_of as areas_of
from causalgia.patients.anatomy.areas import find_area as find_area
from causalgia.patients.anatomy.drawing import area_chance as area_chance
from causalgia.patients.anatomy.drawing import draw_areas as draw_areas
from causalgia.patients.anatomy.drawing import drawing_log_likelihood as drawing_log_likelihood
from causalgia.patients.anatomy.origins import LEVELS as LEVELS
from causalgia.patients.anatomy.origins import Origin as Origin
from causalgia.patients.anatomy.origins import find_origin as find_origin
from causalgia.patients.anatomy.origins import origins as origins
from causalgia.patients.anatomy.origins import origins_of as origins_of
from causalgia.patients.anatomy.ranking import Difference as Difference
from causalgia.patients.anatomy.ranking import RankedOrigin as RankedOrigin
from causalgia.patients.anatomy.ranking import rank_origins as rank_origins
from causalgia.patients.anatomy.ranking import telling_apart as telling_apart
from causalgia.patients.anatomy.regions import Region as Region
from causalgia.patients.anatomy.regions import find_region as find_region
from causalgia.patients.anatomy.regions import find_site as find_site
from causalgia.patients.anatomy.regions import regions as regions
from causalgia.patients.anatomy.signs import Sign as Sign
from causalgia.patients.anatomy.signs import draw_signs as draw_signs
from causalgia.patients.anatomy.signs import find_sign as find_sign
from causalgia.patients.anatomy.signs import sign_chance as sign_chance
from causalgia.patients.anatomy.signs import sign_log_likelihood as sign_log_likelihood
from causalgia.patients.anatomy.signs import signs as signs
