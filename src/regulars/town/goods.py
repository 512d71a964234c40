"""What Harbour Street Stores sells: eight categories, sixty products, prices in cents.

Cakes to order and ordered-in goods are priced by size, so their price is settled order by order; the
price here is what the smallest one costs. Everything else has one price.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["CAKES", "CATEGORIES", "CURRENCY", "HOUSEHOLD", "Goods", "goods"]

CURRENCY = "EUR"

# category, letters of its skus, then "name price_in_cents popularity" for each product
SHELVES: tuple[tuple[str, str, tuple[tuple[str, int, float], ...]], ...] = (
    (
        "bread",
        "BRD",
        (
            ("Country loaf", 420, 5.0),
            ("Rye loaf", 460, 4.0),
            ("Seeded rolls, four", 320, 4.0),
            ("Baguette", 210, 5.0),
            ("Spelt loaf", 540, 2.0),
            ("Gluten-free loaf", 620, 1.0),
            ("Focaccia", 480, 1.5),
        ),
    ),
    (
        "pastry",
        "PAS",
        (
            ("Butter croissant", 190, 5.0),
            ("Cinnamon bun", 260, 4.0),
            ("Apple turnover", 280, 3.0),
            ("Almond slice", 310, 2.0),
            ("Cheese straw", 180, 2.0),
            ("Custard tart", 240, 3.0),
            ("Vegan muffin", 290, 1.5),
        ),
    ),
    (
        "cakes to order",
        "CAK",
        (
            ("Birthday cake", 2800, 5.0),
            ("Lemon drizzle cake, whole", 2200, 3.0),
            ("Carrot cake, whole", 2400, 3.0),
            ("Chocolate layer cake", 3000, 4.0),
            ("Two-tier celebration cake", 5200, 1.0),
            ("Fruit flan", 2100, 2.0),
        ),
    ),
    (
        "dairy",
        "DAI",
        (
            ("Whole milk, litre", 165, 5.0),
            ("Oat drink, litre", 235, 3.0),
            ("Butter, 250 g", 340, 4.0),
            ("Farm eggs, ten", 395, 4.0),
            ("Natural yoghurt", 260, 3.0),
            ("Mature cheddar", 590, 2.5),
            ("Goat's cheese", 540, 1.5),
            ("Cream, 200 ml", 195, 2.0),
        ),
    ),
    (
        "fruit and vegetables",
        "FRU",
        (
            ("Vegetable box, small", 1450, 3.0),
            ("Vegetable box, large", 2350, 2.0),
            ("Apples, kilo", 320, 4.0),
            ("Bananas, kilo", 245, 4.0),
            ("Potatoes, two kilos", 360, 3.0),
            ("Salad leaves", 230, 3.0),
            ("Soft fruit punnet", 410, 2.5),
            ("Lemons, five", 275, 2.0),
        ),
    ),
    (
        "pantry",
        "PAN",
        (
            ("Olive oil, half litre", 980, 3.0),
            ("Basmati rice, kilo", 450, 3.0),
            ("Spaghetti", 195, 4.0),
            ("Chickpeas, two tins", 260, 3.0),
            ("Strawberry jam", 425, 2.5),
            ("Forest honey", 790, 2.0),
            ("Plain flour, kilo", 150, 3.0),
            ("Red lentils", 290, 2.0),
        ),
    ),
    (
        "drinks",
        "DRI",
        (
            ("Ground coffee, 250 g", 720, 4.0),
            ("Breakfast tea, eighty bags", 480, 3.0),
            ("Apple juice, litre", 320, 3.0),
            ("Sparkling water, six", 390, 3.0),
            ("Elderflower cordial", 560, 1.5),
            ("Cider, four bottles", 1150, 1.5),
            ("Table wine, bottle", 890, 2.0),
        ),
    ),
    (
        "household",
        "HOU",
        (
            ("Washing powder", 1090, 3.0),
            ("Dish soap", 285, 4.0),
            ("Beeswax candles, two", 690, 2.0),
            ("Dog biscuits", 620, 2.0),
            ("Enamel saucepan", 3400, 0.6),
            ("Linen tea towels", 1480, 0.8),
            ("Light bulbs, three", 840, 1.5),
            ("Garden twine", 350, 1.0),
            ("Storm lantern", 4200, 0.4),
        ),
    ),
)

CATEGORIES = tuple(shelf[0] for shelf in SHELVES)
CAKES = CATEGORIES.index("cakes to order")
HOUSEHOLD = CATEGORIES.index("household")


@dataclass(frozen=True, slots=True)
class Goods:
    """All products as columns; `share` sums to one within a category (`shares_to` is its running sum)."""

    sku: list[str]
    product: list[str]
    spoken: list[str]  # as people say it, without the size
    category: list[str]
    category_no: NDArray[np.int64]
    price_minor: NDArray[np.int64]
    first: NDArray[np.int64]  # index of each category's first product
    shares_to: NDArray[np.float64]  # category number + running share: one searchsorted draws a product

    def draw(self, categories: NDArray[np.int64], *, luck: NDArray[np.float64]) -> NDArray[np.int64]:
        """Draw one product for each category number, by popularity; `luck` is uniform on 0..1."""
        found = np.searchsorted(self.shares_to, categories + np.minimum(luck, 0.999999), side="right")
        return np.minimum(found, len(self.sku) - 1).astype(np.int64)


@cache
def goods() -> Goods:
    """Lay the shelves out as columns.

    >>> len(goods().sku), goods().product[0]
    (60, 'Country loaf')
    """
    sku: list[str] = []
    product: list[str] = []
    category_no: list[int] = []
    price: list[int] = []
    shares_to: list[float] = []
    first: list[int] = []
    for number, (_, letters, items) in enumerate(SHELVES):
        first.append(len(sku))
        running = np.cumsum([item[2] for item in items])
        for place, (name, cents, _) in enumerate(items):
            sku.append(f"{letters}-{place + 1:03d}")
            product.append(name)
            category_no.append(number)
            price.append(cents)
            shares_to.append(number + float(running[place] / running[-1]))
        shares_to[-1] = number + 1.0
    return Goods(
        sku=sku,
        product=product,
        spoken=[name.partition(",")[0].lower() for name in product],
        category=[CATEGORIES[number] for number in category_no],
        category_no=np.array(category_no, dtype=np.int64),
        price_minor=np.array(price, dtype=np.int64),
        first=np.array(first, dtype=np.int64),
        shares_to=np.array(shares_to),
    )
