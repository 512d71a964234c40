"""Four proofs for BG/NBD: the paper's numbers, another implementation's, its invariants, a planted truth."""

from __future__ import annotations

import json

import mpmath as mp
import numpy as np
import pytest

from regulars.errors import ModelError, NotReady
from regulars.understand.bgnbd import BGNBD

NAMES = ("r", "alpha", "a", "b")
PUBLISHED = {"r": 0.2425967, "alpha": 4.413659, "a": 0.7929869, "b": 2.426164}
SEVERAL = ([0, 1, 2, 5, 9, 40], [0, 4, 30.5, 12, 38, 39], [39, 38, 38.5, 36, 38.5, 39])


def given(**params):
    return BGNBD.from_dict({"params": params})


def town(n, seed, *, r=0.6, alpha=6.0, a=0.8, b=2.4, weeks=(20, 120)):
    """Customers as the model imagines them: x, t_x, T, rounded to nothing."""
    rng = np.random.default_rng(seed)
    age = rng.uniform(*weeks, n)
    return (*lives(rng, rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n), age), age)


def lives(rng, rate, chance, age):
    """Let everybody buy until they leave or time is up; how often they bought, and when last."""
    count, last, now, active = (
        np.zeros(rate.size),
        np.zeros(rate.size),
        np.zeros(rate.size),
        np.arange(rate.size),
    )
    while active.size:
        now[active] += rng.exponential(1 / np.maximum(rate[active], 1e-300))
        active = active[now[active] <= age[active]]
        count[active] += 1
        last[active] = now[active]
        active = active[rng.random(active.size) >= chance[active]]
    return count, last


# --- the paper's numbers -----------------------------------------------------------------------------------


def test_the_published_cdnow_fit_comes_back(cdnow):
    """Fader, Hardie & Lee's parameters and log-likelihood for CDNOW come back to the last printed digit."""
    model = BGNBD().fit(cdnow.frequency, cdnow.recency, cdnow.age)
    found = [model.params_[name] for name in NAMES]
    assert cdnow.frequency.size == 2357
    assert np.round(found, 3) == pytest.approx([0.243, 4.414, 0.793, 2.426])
    assert model.log_likelihood_ == pytest.approx(-9582.429, abs=1e-3)
    assert model.converged_
    assert model.diagnosis_ == ()
    assert model.n_ == 2357


def test_the_expected_holdout_purchases_of_cdnow_come_back(cdnow):
    """The purchases expected in the 39 weeks held out sum to what four other programs say."""
    model = BGNBD().fit(cdnow.frequency, cdnow.recency, cdnow.age)
    expected = model.expected_purchases(39, cdnow.frequency, cdnow.recency, cdnow.age)
    assert expected.sum() == pytest.approx(1653.4, abs=0.05)
    assert cdnow.later.sum() == 1882
    assert np.corrcoef(expected, cdnow.later)[0, 1] == pytest.approx(0.6256, abs=1e-3)


def test_the_walkthrough_of_btyd_comes_back():
    """Customer 1516 and a new customer get the numbers printed in BTYD's walkthrough."""
    model = given(**PUBLISHED)
    assert model.expected_purchases(52, [26], [30 + 6 / 7], [31])[0] == pytest.approx(25.757, abs=1e-3)
    assert model.alive([26], [30 + 6 / 7], [31])[0] == pytest.approx(0.96885, abs=1e-5)
    assert model.expected_purchases(52, [0], [0], [1e-12])[0] == pytest.approx(1.444004, abs=1e-6)


def test_the_sum_of_each_customers_log_likelihood_is_the_models(cdnow):
    """What is reported for all is the sum of what is reported for each."""
    history = (cdnow.frequency, cdnow.recency, cdnow.age)
    model = BGNBD().fit(*history)
    assert model.log_likelihood(*history).sum() == pytest.approx(model.log_likelihood_, abs=1e-8)


# --- another implementation --------------------------------------------------------------------------------


def extreme_cases(n, seed, *, most=4.0, power=6.0):
    """Parameters, a history and a horizon from the far corners: x to 10**most, a and b to 10**power."""
    rng = np.random.default_rng(seed)
    for _ in range(n):
        params = dict(
            zip(
                ("r", "alpha", "a", "b"),
                10 ** rng.uniform([-2, -1, -2, -2], [1, 3, power, power]),
                strict=True,
            )
        )
        x = float(np.floor(10 ** rng.uniform(0, most))) * (rng.random() < 0.8)
        age = 10 ** rng.uniform(-0.8, 3)
        recency = age * (1 - 10 ** rng.uniform(-6, 0)) if x else 0.0
        yield {name: float(value) for name, value in params.items()}, x, recency, age, 10 ** rng.uniform(0, 2)


def textbook(params, x, recency, age):
    """Log-likelihood and P(alive) as printed, in 60 digits."""
    r, alpha, a, b = (mp.mpf(params[name]) for name in NAMES)
    x, t_x, T = int(x), mp.mpf(recency), mp.mpf(age)
    stayed = mp.beta(a, b + x) / mp.beta(a, b) * (alpha + T) ** -(r + x)
    left = mp.beta(a + 1, b + x - 1) / mp.beta(a, b) * (alpha + t_x) ** -(r + x) if x else mp.mpf(0)
    likelihood = mp.rf(r, x) * alpha**r * (stayed + left)
    return mp.log(likelihood), stayed / (stayed + left)


def test_likelihood_and_alive_agree_with_sixty_digits():
    """In 300 extreme cases the log-likelihood is right to 1e-9 (or 14 digits) and P(alive) to 1e-9."""
    with mp.workdps(60):
        for params, x, recency, age, _ in extreme_cases(300, 1):
            model, history = given(**params), ([x], [recency], [age])
            value, alive = textbook(params, x, recency, age)
            assert model.log_likelihood(*history)[0] == pytest.approx(float(value), abs=1e-9, rel=1e-14)
            assert model.alive(*history)[0] == pytest.approx(float(alive), abs=1e-9)


def test_expected_purchases_agree_with_the_hypergeometric_formula():
    """In 200 extreme cases the mean agrees with the printed formula (eq. 10) in 60 digits to 1e-9."""
    with mp.workdps(60):
        for params, x, recency, age, weeks in extreme_cases(200, 2, most=3, power=2):
            r, alpha, a, b = (mp.mpf(params[name]) for name in NAMES)
            T, t, c = mp.mpf(age), mp.mpf(weeks), a + b + int(x) - 1
            z = t / (alpha + T + t)
            ahead = c / (a - 1) * (1 - (1 - z) ** (r + x) * mp.hyp2f1(r + x, b + x, c, z))
            expected = float(ahead * textbook(params, x, recency, age)[1])
            found = given(**params).expected_purchases(weeks, [x], [recency], [age])[0]
            assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_the_variance_agrees_with_an_integral_over_the_chance_to_leave():
    """The variance agrees with numerical integration of its definition in 30 digits."""
    with mp.workdps(30):
        for params, x, recency, age, weeks in extreme_cases(12, 3, most=1.5, power=1):
            r, alpha, a, b = (mp.mpf(params[name]) for name in NAMES)
            R, tau, B = r + x, mp.mpf(weeks) / (alpha + age), b + x

            def moment(of, a=a, B=B):
                # q = u^(1/a) near 0 and 1 - q = w^(1/B) near 1 take the corners out of the beta density
                low = mp.quad(lambda u: (1 - u ** (1 / a)) ** (B - 1) * of(u ** (1 / a)) / a, [0, mp.mpf(1) / 2**a])
                high = mp.quad(
                    lambda w: (1 - w ** (1 / B)) ** (a - 1) * of(1 - w ** (1 / B)) / B, [0, mp.mpf(1) / 2**B]
                )
                return (low + high) / mp.beta(a, B)

            def first(q, R=R, tau=tau):
                return -mp.expm1(-R * mp.log1p(q * tau)) / q if q else R * tau

            def twos(q, R=R, tau=tau):
                y = q * tau
                if y < 1e-8:
                    return R * (R + 1) / 2 * tau**2
                return (1 - q) * (1 - (1 + (R + 1) * y) * (1 + y) ** (-R - 1)) / q**2

            alive = textbook(params, x, recency, age)[1]
            mean, pairs = moment(first), moment(twos)
            expected = float(alive * (mean + 2 * pairs - alive * mean**2))
            found = given(**params).purchase_variance(weeks, [x], [recency], [age])[0]
            assert found == pytest.approx(expected, rel=1e-6)


def test_nothing_is_ever_infinite_or_missing():
    """In 2,000 extreme cases (x to 10,000, a and b to a million) every answer is a finite number."""
    for params, x, recency, age, weeks in extreme_cases(2000, 4):
        model, history = given(**params), ([x], [recency], [age])
        answers = [
            ask(weeks, *history)[0] for ask in (model.expected_purchases, model.purchase_variance, model.buys_within)
        ]
        answers += [ask(*history)[0] for ask in (model.alive, model.log_likelihood, model.surprise_of_silence)]
        assert np.isfinite(answers).all(), (params, x, recency, age, weeks, answers)
        assert answers[1] >= -1e-9 * (1 + answers[0] ** 2)


# --- invariants --------------------------------------------------------------------------------------------


def test_somebody_without_a_repeat_purchase_counts_as_alive():
    """Leaving can only follow a purchase after the first, so P(alive) is exactly 1 for x = 0."""
    assert (given(**PUBLISHED).alive([0, 0], [0, 0], [1, 500]) == 1).all()


def test_chances_are_chances_and_grow_as_they_should():
    """Chances lie in 0 to 1; a later last purchase and a longer horizon raise them."""
    model, recency = given(**PUBLISHED), np.linspace(0.1, 39, 200)
    history = (np.full(200, 4), recency, np.full(200, 39))
    alive, soon, late = model.alive(*history), model.buys_within(4, *history), model.buys_within(40, *history)
    assert (np.diff(alive) > 0).all()
    assert ((soon > 0) & (soon < late) & (late < alive) & (alive < 1)).all()
    assert (model.buys_within(0, *history) == 0).all()
    assert (model.expected_purchases(40, *history) > late).all()


def test_a_horizon_of_a_billion_weeks_is_answered():
    """Far ahead everybody alive buys again, as long as the history is what it is."""
    model = given(**PUBLISHED)
    assert model.buys_within(1e9, [4], [30], [39])[0] == pytest.approx(model.alive([4], [30], [39])[0], rel=1e-6)


def test_the_surprise_of_silence_is_the_chance_of_none_given_the_history_up_to_then():
    """Bits are -log2 of the chance that a customer who has just bought buys nothing for as long as this."""
    model = given(**PUBLISHED)
    silent = 1 - model.buys_within(9, [4], [30], [30])[0] / model.alive([4], [30], [30])[0]
    assert model.surprise_of_silence([4], [30], [39])[0] == pytest.approx(-np.log2(silent))
    assert model.surprise_of_silence([4], [39], [39])[0] == 0


def test_the_rate_is_the_posterior_mean():
    """Purchases a week while active: (r+x)/(alpha+T)."""
    assert given(**PUBLISHED).rate([4, 0], [39, 39]).tolist() == pytest.approx(
        [4.2425967 / 43.413659, 0.2425967 / 43.413659]
    )


def test_weights_are_repeated_rows():
    """A row of weight three is three rows, and a row of weight nothing is none."""
    x, recency, age = town(400, 5)
    copies = np.random.default_rng(5).integers(0, 4, 400)
    weighted = BGNBD().fit(x, recency, age, weights=copies)
    repeated = BGNBD().fit(*(np.repeat(column, copies) for column in (x, recency, age)))
    assert list(weighted.params_.values()) == pytest.approx(list(repeated.params_.values()), rel=1e-9)
    assert weighted.n_ == repeated.n_ == copies.sum()
    assert weighted.diagnosis_ == repeated.diagnosis_


def test_the_order_of_the_rows_does_not_matter_and_a_repeat_is_identical():
    """Shuffled rows give the same parameters to 1e-9, and the same rows the same to the last bit."""
    history = town(3000, 6)
    mixed = np.random.default_rng(6).permutation(3000)
    first, again = BGNBD().fit(*history), BGNBD().fit(*history)
    shuffled = BGNBD().fit(*(column[mixed] for column in history))
    assert first.to_dict() == again.to_dict()
    assert list(first.params_.values()) == pytest.approx(list(shuffled.params_.values()), rel=1e-9)


def test_a_change_of_time_unit_scales_alpha_only():
    """In days instead of weeks alpha is seven times as large and all else the same."""
    x, recency, age = town(3000, 7)
    weeks, days = BGNBD().fit(x, recency, age).params_, BGNBD().fit(x, recency * 7, age * 7).params_
    assert days["alpha"] == pytest.approx(7 * weeks["alpha"], rel=1e-8)
    assert [days[name] for name in "rab"] == pytest.approx([weeks[name] for name in "rab"], rel=1e-8)


def test_a_model_survives_json_exactly():
    """What is written down and read again answers the same to the last bit."""
    model = BGNBD().fit(*SEVERAL)
    restored = BGNBD.from_dict(json.loads(json.dumps(model.to_dict())))
    assert restored.to_dict() == model.to_dict()
    assert restored.diagnosis_ == model.diagnosis_
    assert (restored.expected_purchases(9, *SEVERAL) == model.expected_purchases(9, *SEVERAL)).all()


def test_one_by_one_and_all_at_once_are_the_same():
    """A customer's answer does not depend on whom else is asked about."""
    model, columns = given(**PUBLISHED), [np.array(column, dtype=float) for column in SEVERAL]
    together = model.purchase_variance(26, *columns)
    alone = [model.purchase_variance(26, *(column[[row]] for column in columns))[0] for row in range(6)]
    assert together == pytest.approx(np.array(alone), rel=1e-12)


# --- a planted truth ---------------------------------------------------------------------------------------


def test_planted_parameters_are_recovered():
    """From 40,000 simulated customers each parameter comes back within three standard errors."""
    truth = np.log([0.6, 6.0, 0.8, 2.4])
    history = town(40_000, 8)
    model = BGNBD().fit(*history)
    found = np.log(list(model.params_.values()))

    def slopes(theta):  # of the log-likelihood, by differences of the public method
        def total(shift):
            return given(**dict(zip(NAMES, np.exp(theta + shift), strict=True))).log_likelihood(*history).sum()

        return np.array([(total(step) - total(-step)) / 2e-3 for step in 1e-3 * np.eye(4)])

    curved = np.array([(slopes(found - step) - slopes(found + step)) / 0.02 for step in 0.01 * np.eye(4)])
    errors = np.sqrt(np.diag(np.linalg.inv((curved + curved.T) / 2)))
    assert (errors < 0.1).all()
    assert (np.abs(found - truth) < 3 * errors).all(), (found, truth, errors)


def test_mean_variance_and_chance_match_a_simulated_future():
    """400,000 futures of one customer have the mean, variance and share of buyers announced."""
    rng, n, weeks = np.random.default_rng(9), 400_000, 40.0
    params, (x, recency, age) = {"r": 0.9, "alpha": 5.0, "a": 1.5, "b": 4.0}, ([6], [22.0], [26.0])
    model = given(**params)
    rate, chance = rng.gamma(6.9, 1 / 31.0, n), rng.beta(1.5, 10.0, n)
    alive = rng.random(n) < model.alive(x, recency, age)[0]
    bought, _ = lives(rng, np.where(alive, rate, 1e-300), chance, np.full(n, weeks))
    mean, variance = (ask(weeks, x, recency, age)[0] for ask in (model.expected_purchases, model.purchase_variance))
    assert mean == pytest.approx(bought.mean(), abs=4 * np.sqrt(variance / n))
    assert variance == pytest.approx(bought.var(), rel=0.02)
    assert model.buys_within(weeks, x, recency, age)[0] == pytest.approx((bought > 0).mean(), abs=0.004)


# --- degenerate data ---------------------------------------------------------------------------------------

FEW = "Only 3 customers: read these numbers as a first guess"
DEGENERATE = {
    "one customer who never returned": (([0], [0], [3]), "Only 1 customer: "),
    "one customer who did": (([2], [1], [3]), "All customers began on one day (3 weeks ago)"),
    "three customers": (([2, 0, 1], [1, 0, 2], [3, 4, 5]), FEW),
    "nobody ever returned": (([0] * 200, [0] * 200, range(1, 201)), "Too few repeat purchases: 0 of 200"),
    "all began on one day": (
        ([1, 2, 3, 0] * 50, [5, 3, 7, 0] * 50, [8] * 200),
        "All customers began on one day",
    ),
    "nobody leaves": (
        ([9, 12, 10] * 50, [30, 31, 29] * 50, [30.4, 31.2, 29.6] * 50),
        "Nobody ever seems to leave",
    ),
    "time since instead of recency": (
        ([5, 9, 4] * 50, [30, 31, 29] * 50, [30, 31, 29] * 50),
        "Recency equals age",
    ),
    "years instead of weeks": (
        ([50, 9, 40] * 50, [0.5, 0.4, 0.6] * 50, [0.7, 0.7, 0.8] * 50),
        "the units look wrong",
    ),
}


@pytest.mark.parametrize("case", DEGENERATE)
def test_degenerate_data_get_an_answer_and_a_plain_sentence(case):
    """Where the data cannot tell, there is still a finite answer and a sentence that says why to doubt it."""
    history, sentence = DEGENERATE[case]
    model = BGNBD().fit(*history)
    assert any(sentence in said for said in model.diagnosis_), model.diagnosis_
    assert np.isfinite([*model.params_.values(), model.log_likelihood_]).all()
    for ask in (model.expected_purchases, model.purchase_variance, model.buys_within):
        assert np.isfinite(ask(26, *history)).all()
    json.dumps(model.to_dict(), allow_nan=False)


# --- bad input ---------------------------------------------------------------------------------------------

BAD = {
    "negative age": (
        ([1, 0], [2, 0], [5, -3]),
        "Row 1 has an age that is not above 0 weeks: frequency 0, recency 0, age -3.",
    ),
    "recency after age": (
        ([1, 1], [2, 9], [5, 8]),
        "Row 1 has a recency outside 0 to age: frequency 1, recency 9, age 8.",
    ),
    "nan": (([1, np.nan], [2, 0], [5, 8]), "Row 1 is not made of numbers: frequency nan, recency 0, age 8."),
    "half a purchase": (
        ([0.5], [2], [5]),
        "Row 0 has a frequency that is not a whole number from 0: frequency 0.5",
    ),
    "recency without purchase": (
        ([0], [2], [5]),
        "Row 0 has a recency but no repeat purchase: frequency 0, recency 2",
    ),
    "infinite repeats": (
        ([1e7], [2], [5]),
        "Row 0 has more than a million repeat purchase days: frequency 1e+07",
    ),
    "no rows": (([], [], []), "have the shapes (0,), (0,) and (0,)."),
    "columns of different length": (([1, 2], [1], [5]), "have the shapes (2,), (1,) and (1,)."),
}


@pytest.mark.parametrize("case", BAD)
def test_a_row_that_cannot_be_is_named_with_its_values(case):
    """Fitting and asking both refuse impossible rows, naming the first of them."""
    history, sentence = BAD[case]
    for ask in (BGNBD().fit, given(**PUBLISHED).alive):
        with pytest.raises(ModelError) as refused:
            ask(*history)
        assert sentence in str(refused.value)


def test_bad_weights_and_horizons_are_refused():
    """Weights must be numbers from 0, one a row, not all 0; horizons must be weeks from 0."""
    for weights, sentence in (
        ([1, 2], "2 weights for 6 rows"),
        ([1, -1, 1, 1, 1, 1], "Row 1 has no usable weight: weight -1."),
        ([0] * 6, "all others weigh nothing"),
    ):
        with pytest.raises(ModelError, match=sentence):
            BGNBD().fit(*SEVERAL, weights=weights)
    with pytest.raises(ModelError, match="The horizon is -1 weeks"):
        given(**PUBLISHED).buys_within(-1, *SEVERAL)


def test_a_model_that_was_not_fitted_says_so():
    """Asking before fitting names the step that is missing."""
    with pytest.raises(NotReady, match="Call `fit` first"):
        BGNBD().alive(*SEVERAL)
