"""Nothing is forgotten: the fifty categories, their kinds and deadlines, and the catalog's ties to both."""

from __future__ import annotations

import pytest
import yaml

from knowledge.catalog import CATALOG, load_catalog
from knowledge.categories import Category, kinds_by_id, load_categories
from knowledge.community import COMMUNITY

IDS = {
    "livelihood", "public_order", "family_planning", "urban_management", "human_resources", "education", "health",
    "sports", "statistics", "civil_affairs", "science", "elderly", "disability", "ethnic_religious",
    "overseas_chinese", "migrants", "social_governance", "civility", "defense_education", "petition",
    "community_correction", "drug_control", "public_security", "commerce", "taxation", "work_safety",
    "labor_inspection", "municipal_works", "city_appearance", "property", "greening", "environment", "water",
    "transport", "quality", "food_safety", "culture_market", "forest_fire", "disaster_relief", "emergency_response",
    "fire_safety", "housing", "land_planning", "public_utilities", "convenience", "volunteering", "deliberation",
    "staff_conduct", "government_affairs", "other",
}  # fmt: skip
FEWEST_KINDS = 150
FEWEST_ITEMS = 30


@pytest.fixture(scope="module")
def categories() -> dict[str, Category]:
    return load_categories()


def test_the_categories_are_the_fixed_fifty(categories: dict[str, Category]) -> None:
    assert len(IDS) == 50
    assert set(categories) == IDS


def test_the_regulation_names_the_affairs_with_their_duty(categories: dict[str, Category]) -> None:
    duty = {11: "lead", 12: "coordinate", 13: "assist"}
    assert all(c.duty == duty[c.article] for c in categories.values() if c.article in duty)


def test_there_are_kinds_enough_and_each_once(categories: dict[str, Category]) -> None:
    kinds = [k for c in categories.values() for k in c.kinds]
    assert len(kinds) >= FEWEST_KINDS
    assert len(kinds_by_id(categories)) == len(kinds)


def test_every_deadline_class_exists(categories: dict[str, Category]) -> None:
    classes = yaml.safe_load((COMMUNITY / "deadlines.yml").read_text("utf-8"))
    used = {k.deadline for c in categories.values() for k in c.kinds}
    assert used <= set(classes)


def test_an_urgent_kind_has_the_urgent_deadline(categories: dict[str, Category]) -> None:
    kinds = kinds_by_id(categories).values()
    assert [k.id for k in kinds if k.urgency == "urgent" and k.deadline != "urgent"] == []


def test_every_service_item_belongs_to_a_category(categories: dict[str, Category]) -> None:
    catalog = load_catalog()
    assert len(catalog) >= FEWEST_ITEMS, f"service items in {CATALOG.name}"
    assert {item.category for item in catalog.values()} <= set(categories)
    assert all(len(item.questions) >= 15 for item in catalog.values())


def test_sample_items_are_not_passed_off_as_checked() -> None:
    assert [i.id for i in load_catalog().values() if i.sample and i.verified] == []
