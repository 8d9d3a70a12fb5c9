"""What the demo shop sells, who sells it, and what customers say of it."""

from __future__ import annotations

from typing import NamedTuple


class Article(NamedTuple):
    """Something sold: `price` in cents, a piece, or a kilogram where it is `weighed`; `most` pieces at once."""

    name: str
    price: int
    most: int = 3
    weighed: bool = False


def _articles(*lines: tuple[str, int] | tuple[str, int, int]) -> tuple[Article, ...]:
    return tuple(Article(*line) for line in lines)


GROCERY: tuple[Article, ...] = (
    *_articles(
        ("Whole milk, 1 l", 189, 4), ("Oat drink, 1 l", 279, 4), ("Farm eggs, dozen", 459), ("Sourdough loaf", 575, 2),
        ("Salted butter", 429), ("Natural yoghurt", 349), ("Basmati rice, 1 kg", 489), ("Penne rigate", 199, 5),
        ("Chopped tomatoes", 145, 6), ("Chickpeas", 119, 6), ("Olive oil, 500 ml", 1095, 2), ("Sea salt", 265, 1),
        ("Peanut butter", 525, 2), ("Acacia honey", 795, 2), ("Ground coffee, 250 g", 690, 4),
        ("Black tea, 50 bags", 420, 2), ("Sparkling water", 95, 12), ("Dish soap", 310, 2), ("Baking paper", 275, 1),
    ),
    Article("Bananas", 175, weighed=True), Article("Gala apples", 349, weighed=True),
    Article("Roma tomatoes", 399, weighed=True), Article("Red onions", 229, weighed=True),
    Article("Cheddar from the wheel", 1890, weighed=True), Article("Atlantic salmon", 2750, weighed=True),
    Article("Green olives", 1250, weighed=True),
)  # fmt: skip

CLOTHING: tuple[Article, ...] = _articles(
    ("Linen shirt", 3900, 2), ("Wool scarf", 2900, 1), ("Running socks", 899, 4), ("Umbrella", 2099, 1),
    ("Raincoat", 8900, 1), ("Denim jacket", 7450, 1), ("Cotton T-shirt", 1800, 4), ("Canvas tote", 1499, 2),
    ("Leather belt", 3250, 1), ("Knitted hat", 2200, 1), ("Chino trousers", 5400, 2), ("Merino sweater", 9800, 1),
    ("Gift wrapping", 350, 3),
)  # fmt: skip

COFFEE: tuple[Article, ...] = _articles(
    ("Espresso", 300, 2), ("Flat white", 475, 3), ("Cappuccino", 450, 3), ("Filter coffee", 325, 3),
    ("Hot chocolate", 495, 2), ("Pot of tea", 395, 2), ("Butter croissant", 375, 3), ("Cinnamon bun", 425, 4),
    ("Cheese toast", 795, 2), ("Soup of the day", 850, 2), ("Carrot cake", 525, 2), ("Orange juice", 450, 2),
)  # fmt: skip


class Counter(NamedTuple):
    """A part of the shop: the service it is rung up as, its goods, and how many lines a receipt may have.

    `share` is its part of a hundred receipts, `tips` of a hundred guests leave one.
    """

    service: str
    share: int
    articles: tuple[Article, ...]
    lines: tuple[int, ...]
    tips: int = 0


COUNTERS: tuple[Counter, ...] = (
    Counter("Retail", 52, GROCERY, (1, 2, 2, 3, 3, 4, 5, 7)),
    Counter("Retail", 16, CLOTHING, (1, 1, 1, 2, 2, 3)),
    Counter("Dine In", 16, COFFEE, (1, 2, 2, 3, 4), tips=55),
    Counter("Take Out", 10, COFFEE, (1, 1, 2, 2), tips=20),
    Counter("Online Order", 6, GROCERY, (3, 4, 6, 8)),
)
"""The first whose shares add up to a draw of 0 to 99 rings the receipt."""

TAXES: tuple[tuple[str, int], ...] = (("State tax", 6250), ("City tax", 1500))
"""Name and rate, in thousandths of a percent."""

EMPLOYEES: tuple[str, ...] = (
    "Mei Tan", "Priya Nair", "Dana Wells", "Tomasz Lis", "Amara Obi", "Lucas Moreau", "Ines Duarte", "Sam Whitlock",
    "Yusuf Aydın", "Hana Kobayashi",
)  # fmt: skip

PRAISE: tuple[str, ...] = (
    "Friendly as ever.", "Quick at the till, thank you!", "The salmon was superb.", "Found everything I came for.",
    "Lovely flat white.", "The scarf is even nicer than in the window.", "They carried it to my car.",
    "Fresh bread at seven: what more could one want?", "Helpful with the return.", "Best cinnamon buns in town.", "",
)  # fmt: skip
COMPLAINTS: tuple[str, ...] = (
    "Waited twelve minutes.", "Two of the eggs were cracked.", "The music is too loud.", "Wrong size in the bag.",
    "Soup was lukewarm.", "No trolleys left.", "The discount was missing; put right at once.", "Out of oat milk again.",
)  # fmt: skip
