"""Four proofs for Gamma-Gamma: the paper's numbers, another's, its invariants, a planted truth."""

from __future__ import annotations

import json

import mpmath as mp
import numpy as np
import pytest

from regulars.errors import ModelError, NotReady
from regulars.understand.gamma_gamma import GammaGamma

PUBLISHED = {"p": 6.25, "q": 3.74, "v": 15.44}


def given(**params):
    return GammaGamma.from_dict({"params": params})


def spenders(n, seed, *, p=4.0, q=3.0, v=20.0):
    """Customers as the model imagines them: how many purchases, and their mean value."""
    rng = np.random.default_rng(seed)
    x = rng.geometric(0.3, n).astype(float)
    return x, rng.gamma(p * x) / rng.gamma(q, 1 / v, n) / x


# --- the paper's numbers -----------------------------------------------------------------------------------


def test_the_published_cdnow_fit_comes_back(cdnow):
    """The mean value of 946 repeaters' repeat days (the first day left out) gives what is published."""
    repeat = cdnow.frequency > 0
    model = GammaGamma().fit(cdnow.frequency[repeat], cdnow.monetary[repeat])
    assert repeat.sum() == model.n_ == 946
    assert model.params_["p"] == pytest.approx(6.25, abs=0.005)
    assert model.params_["q"] == pytest.approx(3.74, abs=0.005)
    assert model.params_["v"] == pytest.approx(15.44, abs=0.005)
    assert model.log_likelihood_ == pytest.approx(-4055.918, abs=1e-3)
    assert model.diagnosis_ == ()


def test_customers_without_repeat_purchases_change_nothing(cdnow):
    """One-time buyers need not be left out by hand."""
    repeat = cdnow.frequency > 0
    everybody = GammaGamma().fit(cdnow.frequency, cdnow.monetary)
    assert everybody.to_dict() == GammaGamma().fit(cdnow.frequency[repeat], cdnow.monetary[repeat]).to_dict()


def test_the_authors_spreadsheet_comes_back():
    """The expected spend of the first CDNOW customers agrees with Hardie's spreadsheet (note 25)."""
    found = given(**PUBLISHED).expected_spend([2, 1, 0, 7], [22.35, 11.77, 0.0, 73.74])
    assert found == pytest.approx([24.65, 18.91, 35.17, 71.46], abs=0.1)


# --- another implementation --------------------------------------------------------------------------------


def test_likelihood_and_moments_agree_with_fifty_digits():
    """In 300 extreme cases the density and the moments agree with the printed formulas."""
    rng = np.random.default_rng(1)
    with mp.workdps(50):
        for _ in range(300):
            p, q, v = (float(value) for value in 10 ** rng.uniform([-2, -2, -3], [4, 4, 5]))
            x, m = float(np.floor(10 ** rng.uniform(0, 4))), float(10 ** rng.uniform(-2, 5))
            P, Q, V, X, M = (mp.mpf(value) for value in (p, q, v, x, m))
            density = (P * X - 1) * mp.log(M) + P * X * mp.log(X) + Q * mp.log(V) - (P * X + Q) * mp.log(V + X * M)
            density += mp.loggamma(P * X + Q) - mp.loggamma(P * X) - mp.loggamma(Q)
            model, shape, rate = given(p=p, q=q, v=v), P * X + Q, V + X * M
            assert model.log_likelihood([x], [m])[0] == pytest.approx(float(density), abs=1e-6, rel=1e-9)
            if q > 1:
                assert model.expected_spend([x], [m])[0] == pytest.approx(float(P * rate / (shape - 1)), rel=1e-12)
            square = float(P**2 * rate**2 / ((shape - 1) * (shape - 2))) if shape > 2 else np.inf
            assert model.spend_second_moment([x], [m])[0] == pytest.approx(square, rel=1e-9)
            assert model.spend_within_variance([x], [m])[0] == pytest.approx(square / p, rel=1e-9)


def test_the_median_is_given_where_no_mean_exists():
    """With q at most 1 the answer splits the posterior in two halves, for new and known customers alike."""
    p, q, v = 2.0, 0.8, 10.0
    for x, m in ((0.0, np.nan), (3.0, 12.0)):
        middle = given(p=p, q=q, v=v).expected_spend([x], [m])[0]
        rate = v + (x * m if x else 0.0)
        assert float(mp.gammainc(p * x + q, 0, p / middle * rate, regularized=True)) == pytest.approx(0.5)


# --- invariants --------------------------------------------------------------------------------------------


def test_the_unit_of_money_only_scales_v():
    """In cents instead of euros v is a hundred times as large, and all else the same."""
    x, m = spenders(2000, 2)
    euros, cents = GammaGamma().fit(x, m), GammaGamma().fit(x, m * 100)
    assert cents.params_["v"] == pytest.approx(100 * euros.params_["v"], rel=1e-9)
    assert [cents.params_[name] for name in "pq"] == pytest.approx([euros.params_[name] for name in "pq"], rel=1e-9)
    assert cents.expected_spend(x, m * 100) == pytest.approx(100 * euros.expected_spend(x, m), rel=1e-9)
    assert euros.log_likelihood(x, m).sum() == pytest.approx(euros.log_likelihood_, rel=1e-12)


def test_expected_spend_lies_between_the_own_mean_and_everybodys():
    """Few purchases are pulled towards everybody's mean, many hardly at all."""
    model, x = given(**PUBLISHED), np.array([1, 2, 5, 50, 10_000])
    rich, poor = model.expected_spend(x, np.full(5, 90.0)), model.expected_spend(x, np.full(5, 9.0))
    everybody = model.expected_spend([0], [0])[0]
    assert (np.diff(rich) > 0).all()
    assert (np.diff(poor) < 0).all()
    assert everybody < rich[0] < rich[-1] < 90
    assert everybody > poor[0] > poor[-1] > 9


def test_weights_are_repeated_rows():
    """A row of weight three is three rows, and a row of weight nothing is none."""
    x, m = spenders(500, 3)
    copies = np.random.default_rng(3).integers(1, 4, 500)
    weighted, repeated = (
        GammaGamma().fit(x, m, weights=copies),
        GammaGamma().fit(np.repeat(x, copies), np.repeat(m, copies)),
    )
    assert list(weighted.params_.values()) == pytest.approx(list(repeated.params_.values()), rel=1e-9)
    assert weighted.log_likelihood_ == pytest.approx(repeated.log_likelihood_, rel=1e-12)


def test_the_order_of_the_rows_does_not_matter_and_a_repeat_is_identical():
    """Shuffled rows give the same parameters to 1e-9, and the same rows the same to the last bit."""
    x, m = spenders(3000, 4)
    mixed = np.random.default_rng(4).permutation(3000)
    first = GammaGamma().fit(x, m)
    assert first.to_dict() == GammaGamma().fit(x, m).to_dict()
    assert list(first.params_.values()) == pytest.approx(
        list(GammaGamma().fit(x[mixed], m[mixed]).params_.values()), rel=1e-9
    )


def test_a_model_survives_json_exactly():
    """What is written down and read again answers the same to the last bit."""
    model = GammaGamma().fit(*spenders(20, 5))
    restored = GammaGamma.from_dict(json.loads(json.dumps(model.to_dict())))
    assert restored.to_dict() == model.to_dict()
    assert (restored.expected_spend([3], [7]) == model.expected_spend([3], [7])).all()


# --- a planted truth ---------------------------------------------------------------------------------------


def test_planted_parameters_are_recovered():
    """Ten towns of 4,000 spenders: the mean of the fits lies within three of its own standard errors."""
    found = np.log([list(GammaGamma().fit(*spenders(4000, 100 + town)).params_.values()) for town in range(10)])
    errors = found.std(axis=0, ddof=1) / np.sqrt(10)
    assert (errors < 0.05).all()
    assert (np.abs(found.mean(axis=0) - np.log([4.0, 3.0, 20.0])) < 3 * errors).all()


def test_moments_match_simulated_spend():
    """One customer's 400,000 possible truths have the mean, the square and the inner variance announced."""
    rng, n = np.random.default_rng(6), 400_000
    p, q, v, x, m = 4.0, 9.0, 60.0, 3.0, 40.0
    nu, model = rng.gamma(p * x + q, 1 / (v + x * m), n), given(p=p, q=q, v=v)
    value = rng.gamma(p, 1 / nu)
    assert model.expected_spend([x], [m])[0] == pytest.approx(value.mean(), rel=0.01)
    assert model.spend_second_moment([x], [m])[0] == pytest.approx(((p / nu) ** 2).mean(), rel=0.01)
    total = (
        model.spend_within_variance([x], [m])
        + model.spend_second_moment([x], [m])
        - model.expected_spend([x], [m]) ** 2
    )
    assert total[0] == pytest.approx(value.var(), rel=0.02)


# --- degenerate data ---------------------------------------------------------------------------------------

DEGENERATE = {
    "one customer": (([1], [5.0]), "Too few repeat customers: only 1"),
    "everybody the same": (([1] * 100, [4.0] * 100), "Everybody's mean value is the same"),
    "more visits, more spend": ((range(1, 200), range(1, 200)), "spend more each time (correlation 1.00)"),
    "more visits, less spend": (
        (range(1, 200), range(200, 1, -1)),
        "spend less each time (correlation -1.00)",
    ),
    "a few giants": (([1] * 300, np.exp(np.linspace(-20, 20, 300))), "no average exists"),
}


@pytest.mark.parametrize("case", DEGENERATE)
def test_degenerate_data_get_an_answer_and_a_plain_sentence(case):
    """Where the data cannot tell, there is still a finite answer and a sentence that says why to doubt it."""
    history, sentence = DEGENERATE[case]
    model = GammaGamma().fit(*history)
    assert any(sentence in said for said in model.diagnosis_), model.diagnosis_
    assert np.isfinite([*model.params_.values(), model.log_likelihood_]).all()
    assert np.isfinite(model.expected_spend([0, *history[0]], [0, *history[1]])).all()
    assert not np.isnan(model.spend_second_moment([0, *history[0]], [0, *history[1]])).any()
    json.dumps(model.to_dict(), allow_nan=False)


def test_a_moment_that_does_not_exist_is_infinite_not_missing():
    """Where p x + q is at most 2 the second moment is inf; and the median is finite even for absurd tails."""
    model = given(p=0.5, q=0.001, v=10.0)
    assert model.spend_second_moment([0, 1, 9], [0, 5, 5]).tolist()[:2] == [np.inf, np.inf]
    assert np.isfinite(model.spend_within_variance([9], [5])).all()
    assert np.isfinite(model.expected_spend([0, 1], [0, 5])).all()


# --- bad input ---------------------------------------------------------------------------------------------

BAD = {
    "zero spend": (
        ([1, 2], [5, 0]),
        "Row 1 has purchases whose mean value is not above 0: frequency 2, monetary 0.",
    ),
    "negative spend": (
        ([1, 2], [-5, 3]),
        "Row 0 has purchases whose mean value is not above 0: frequency 1, monetary -5.",
    ),
    "nan": (([1, 2], [5, np.nan]), "Row 1 is not made of numbers: frequency 2, monetary nan."),
    "negative frequency": (
        ([-1], [5]),
        "Row 0 has a frequency that is not a whole number from 0: frequency -1, monetary 5.",
    ),
    "different lengths": (([1, 2], [5]), "have the shapes (2,) and (1,)."),
}


@pytest.mark.parametrize("case", BAD)
def test_a_row_that_cannot_be_is_named_with_its_values(case):
    """Fitting and asking both refuse impossible rows, naming the first of them."""
    history, sentence = BAD[case]
    for ask in (GammaGamma().fit, given(**PUBLISHED).expected_spend):
        with pytest.raises(ModelError) as refused:
            ask(*history)
        assert sentence in str(refused.value)


def test_without_any_spend_there_is_nothing_to_fit():
    """A shop without prices gets a refusal in plain words, not a made-up worth."""
    with pytest.raises(ModelError, match="None of the 2 rows has a purchase with a value"):
        GammaGamma().fit([0, 0], [0, 0])
    with pytest.raises(NotReady, match="Call `fit` first"):
        GammaGamma().expected_spend([1], [1])
