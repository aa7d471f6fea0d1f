"""Daily steps of the slow dynamics against a stiff solver that chooses its own.

The course moves every quantity exactly toward where it is drawn, for a day in which targets and
rates hold (an exponential Euler step). Diffrax solves the same equations (`velocity`) with an
implicit method of third order, activity following the mechanisms at every instant instead of
yesterday's.
"""

from __future__ import annotations

import diffrax
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia import causes
from causalgia.course import follow, healthy_state, load_constants, typical
from causalgia.course.dynamics import velocity
from causalgia.course.state import SIGNALS
from causalgia.mechanisms.map import entries, index_of
from causalgia.mechanisms.state import bounds
from causalgia.pathway import QUALITIES, TESTS, Response

DAYS = 84.0
TOLERANCE = 0.03
"""Of the range of a mechanism, at the end of any week."""


def respond(values: Float[Array, "entry batch"]) -> Response:
    """A smooth pathway: closed potassium channels fire, the cord multiplies, the brain adds."""
    nerve = sum(
        jax.nn.softplus(30.0 * (0.85 - values[index_of("potassium", place, "c")])) / 8.0
        for place in ("distal_nerve", "root")
    )
    gain = values[index_of("ampa_gain", "cord")] / values[index_of("kcc2", "cord")]
    projection = 10.0 * nerve * gain + values[index_of("central_generator", "brain")]
    tests = jnp.ones((len(TESTS), 1))
    return Response(
        afferent_Hz=tests[:, None] * jnp.stack([nerve, 0.5 * nerve, 0.2 * nerve])[None],
        origin_Hz=jnp.zeros((4, 3, values.shape[1])),
        projection_Hz=tests * projection,
        rating=tests * 10.0 * projection / (projection + 20.0),
        qualities=jnp.zeros((len(QUALITIES), values.shape[1])),
    )


def test_daily_steps_agree_with_an_implicit_solver_of_third_order() -> None:
    # Shingles moves fastest of all causes that last.
    cause, constants = causes.find("shingles"), load_constants()
    who = typical(2, severity=np.array([0.4, 0.9]), persistence=np.array([0.3, 0.9]))
    start = healthy_state(who)
    daily = follow(
        cause, who, respond=respond, days=DAYS, record_mechanisms=True, constants=constants
    )

    @eqx.filter_jit
    def solve() -> Float[Array, "week entry batch"]:
        def field(day: Array, moving: tuple[Array, Array], _: None) -> tuple[Array, Array]:
            mechanisms, scars = moving
            felt = respond(mechanisms)
            # Nobody is treated, so that no sleep and no activity is gained.
            gained = jnp.zeros((2, who.count))
            signals = jnp.concatenate(
                [felt.afferent_Hz[0], felt.projection_Hz[:1], felt.rating[:1], gained]
            )
            assert len(signals) == len(SIGNALS)
            insult = cause.insult(day, who)
            return velocity(constants, mechanisms, scars, signals, insult, who)

        found = diffrax.diffeqsolve(
            diffrax.ODETerm(field),
            diffrax.Kvaerno3(),
            t0=0.0,
            t1=DAYS,
            dt0=0.01,
            y0=(start.mechanisms, start.scars),
            saveat=diffrax.SaveAt(ts=jnp.asarray(daily.day)),
            stepsize_controller=diffrax.PIDController(rtol=1e-4, atol=1e-5, dtmax=2.0),
            max_steps=20_000,
        )
        return found.ys[0]

    low, high = bounds()
    assert daily.mechanisms is not None
    apart = np.abs(daily.mechanisms.astype(float) - np.asarray(solve()))
    apart /= (high - low)[None, :, None]
    worst = np.unravel_index(np.argmax(apart), apart.shape)
    assert apart.max() < TOLERANCE, (entries()[worst[1]].name, daily.day[worst[0]], apart.max())
    moved = np.abs(daily.mechanisms[-1] - daily.mechanisms[0]).max()
    assert moved > 0.1
