"""Fitted: what every model carries once it has met data, and how it is kept. JSON, never a pickle."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from ..errors import NotReady

__all__ = ["Fitted"]


class Fitted:
    """What all models share, with the habits of scikit-learn: settings in the constructor, results after `fit`.

    `params_` holds the parameters by the paper's symbols, `log_likelihood_` the sum over customers, `n_` how many were
    counted (the sum of weights), `converged_` whether the top was reached, and `diagnosis_` plain sentences on what to
    be careful about; none when all is well. `tolerance` is the slope of the mean log-likelihood in log-parameters at
    which the climb stops.
    """

    NAME: ClassVar[str]
    SYMBOLS: ClassVar[tuple[str, ...]]

    params_: dict[str, float]
    log_likelihood_: float
    n_: float
    converged_: bool
    diagnosis_: tuple[str, ...]

    def __init__(self, *, tolerance: float = 1e-9) -> None:
        self.tolerance = tolerance

    def to_dict(self) -> dict[str, Any]:
        """Return everything the model knows, as JSON can keep it; `from_dict` restores it exactly."""
        self.known()
        return {
            "model": self.NAME,
            "tolerance": self.tolerance,
            "params": dict(self.params_),
            "log_likelihood": self.log_likelihood_,
            "n": self.n_,
            "converged": self.converged_,
            "diagnosis": list(self.diagnosis_),
        }

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Self:
        """Restore a fitted model; only `params` is needed, so published parameters can be tried as well."""
        model = cls(tolerance=kept.get("tolerance", 1e-9))
        model.params_ = {name: float(kept["params"][name]) for name in cls.SYMBOLS}
        model.log_likelihood_ = kept.get("log_likelihood", float("nan"))
        model.n_ = kept.get("n", 0.0)
        model.converged_ = kept.get("converged", True)
        model.diagnosis_ = tuple(kept.get("diagnosis", ()))
        return model

    def known(self) -> tuple[float, ...]:
        """Return the parameters in the order of their symbols, or say that `fit` has to come first."""
        if not hasattr(self, "params_"):
            raise NotReady(f"This {self.NAME} model has not been fitted.", now="Call `fit` first.")
        return tuple(self.params_[name] for name in self.SYMBOLS)
