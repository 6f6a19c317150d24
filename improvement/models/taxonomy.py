import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from improvement.enums import CaseLaw, Zone
from kvalitet import history


class DeviationCategoryQuerySet(models.QuerySet["DeviationCategory"]):
    def offered(self) -> "DeviationCategoryQuerySet":
        """Those that can be chosen, headings and what lies below them in order."""
        return self.filter(is_active=True).select_related("parent")


@history.track()
class DeviationCategory(models.Model):
    """What an avvikelse is about, in two levels: labels that a municipality changes, never code.

    ``is_hsl`` tells those of hälso- och sjukvården from those of SoL and LSS; ``is_rehab`` those MAR answers
    for.
    """

    IN_HISTORY = "kategorin"

    code = models.SlugField("kod", max_length=20, unique=True)
    name = models.CharField("namn", max_length=120)
    parent = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="children", verbose_name="hör till"
    )
    position = models.PositiveIntegerField("ordning", default=0)
    is_hsl = models.BooleanField("hälso- och sjukvård", default=False)
    is_rehab = models.BooleanField("rehabilitering och hjälpmedel", default=False)
    is_active = models.BooleanField("kan väljas", default=True)

    objects = DeviationCategoryQuerySet.as_manager()

    class Meta:
        verbose_name = "avvikelsekategori"
        verbose_name_plural = "avvikelsekategorier"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="category_has_name",
                condition=~Q(name=""),
                violation_error_message="Kategorin behöver ett namn.",
            ),
            models.CheckConstraint(
                name="category_not_own_parent",
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                violation_error_message="En kategori kan inte höra till sig själv.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def fits(self, law: str) -> bool:
        return self.is_hsl == (law == CaseLaw.HSL)


@history.track()
class RiskMatrix(models.Model):
    """Likelihood × consequence: labels and zones are data. Values run from 1 to the number of labels.

    A product up to ``green_to`` is green, up to ``yellow_to`` yellow, else red; a consequence of at least
    ``grave_from`` is red whatever the likelihood.
    """

    IN_HISTORY = "riskmatrisen"

    name = models.CharField("namn", max_length=80, unique=True)
    likelihoods = models.JSONField("sannolikheter", default=list)
    consequences = models.JSONField("konsekvenser", default=list)
    green_to = models.PositiveSmallIntegerField("grön till och med")
    yellow_to = models.PositiveSmallIntegerField("gul till och med")
    grave_from = models.PositiveSmallIntegerField("alltid röd från konsekvens")
    is_default = models.BooleanField("används för avvikelser", default=False)

    class Meta:
        verbose_name = "riskmatris"
        verbose_name_plural = "riskmatriser"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="matrix_zones_in_order",
                condition=Q(green_to__gte=1, yellow_to__gt=F("green_to")),
                violation_error_message="Den gula zonen ligger över den gröna.",
            ),
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="matrix_one_default",
                violation_error_message="En annan matris används redan för avvikelser.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def seen(self) -> str:
        """What it says, as a page sends it back with a change of it."""
        told = (self.pk, self.likelihoods, self.consequences, self.green_to, self.yellow_to, self.grave_from)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def zone(self, likelihood: int, consequence: int) -> Zone:
        """The zone of two values from 1; ValidationError when one lies outside the matrix."""
        if not 1 <= likelihood <= len(self.likelihoods) or not 1 <= consequence <= len(self.consequences):
            raise ValidationError("Värdet finns inte i riskmatrisen.")
        product = likelihood * consequence
        if product > self.yellow_to or consequence >= self.grave_from:
            return Zone.RED
        return Zone.GREEN if product <= self.green_to else Zone.YELLOW

    def grid(self) -> list[dict[str, Any]]:
        """As it is drawn on paper and on every page: the most likely first, each cell with its zone."""
        made = [
            {
                "value": value,
                "label": label,
                "cells": [
                    {"value": f"{value}-{column}", "product": product, "zone": zone, "consequence": said}
                    for column, ((product, zone), said) in enumerate(
                        zip(cells, self.consequences, strict=True), start=1
                    )
                ],
            }
            for value, (label, cells) in enumerate(self.rows(), start=1)
        ]
        return made[::-1]

    def rows(self) -> list[tuple[str, list[tuple[int, Zone]]]]:
        """As a table, the least likely first: a likelihood with product and zone of each column."""
        columns = range(1, len(self.consequences) + 1)
        return [
            (label, [(value * column, self.zone(value, column)) for column in columns])
            for value, label in enumerate(self.likelihoods, start=1)
        ]
