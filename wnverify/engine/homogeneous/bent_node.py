"""One node in the plane, two samples, and a network f_i = ‖w‖ h_i(angle of w), continuously differentiable, degree 1.

On [0, width] the angle turns the margins per unit of norm from h_1 = h_2 = `start` to h_2 = start + `rise` and
h_1 = `low`, along e^{−h_1} + e^{−h_2} = A falling from 2e^{−start} to e^{−low} by the step s(u) = u²(3 − 2u); beyond,
both are constant. So at ‖w‖ = 1 the loss falls while h_1 falls. Shapes: (B,) throughout.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from wnverify.arrays import FloatArray

RELATIVE, ABSOLUTE = 1e-10, 1e-12


@dataclass(frozen=True)
class Bend:
    """One network.

    Args:
        start: both margins at angle 0 and norm 1.
        low: the first beyond `width`; e^{−low} < 2e^{−start}.
        rise: by how much the second is larger there.
        width: the angle.
    """

    start: float
    low: float
    rise: float
    width: float


def profile(bend: Bend, angle: float) -> tuple[FloatArray, FloatArray]:
    """h (2,) and its derivative by the angle."""
    u = min(max(angle / bend.width, 0.0), 1.0)
    step, slope = u * u * (3 - 2 * u), 6 * u * (1 - u) / bend.width
    drop = 2 * np.exp(-bend.start) - np.exp(-bend.low)
    second = bend.start + bend.rise * step
    # what remains of e^{−h_1} at u = 1 is e^{−low} − e^{−start−rise}: h_1 ends a little above `low`
    rest = 2 * np.exp(-bend.start) - drop * step - np.exp(-second)
    back = (drop - bend.rise * np.exp(-second)) * slope / rest
    return np.array([-np.log(rest), second]), np.array([back, bend.rise * slope])


def loss_and_time(bend: Bend, begin: float, end: float) -> tuple[float, float, bool]:
    """(LL, least margin) at `end` of the EWN flow from norm 1 and the angle `begin`, with LL = e^{−f_1} + e^{−f_2}.

    In polar coordinates, with e = e^{−f}: r′ = r⟨e, f⟩ and angle′ = r⟨e, ∂h⟩.
    """

    def rates(state: FloatArray, _: float) -> list[float]:
        h, slope = profile(bend, float(state[1]))
        e = np.exp(-state[0] * h)
        return [float(state[0] * (e @ (state[0] * h))), float(state[0] * (e @ slope))]

    path, info = scipy.integrate.odeint(
        rates, [1.0, begin], [0.0, end], rtol=RELATIVE, atol=ABSOLUTE, mxstep=20000, full_output=True
    )
    f = path[-1, 0] * profile(bend, float(path[-1, 1]))[0]
    return float(np.exp(-f).sum()), float(f.min()), bool(info["message"] == "Integration successful.")
