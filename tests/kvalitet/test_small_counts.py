"""What everyone is told of small numbers cannot be taken back to them, whatever is taken from what."""

import itertools
import random
from functools import cache

import pytest

from kvalitet.small_counts import SMALLEST_SHOWN, is_small, rounded, told, vague

MOST = 80
ANY = range(MOST + 1)


@cache
def fitting(words):
    """The numbers that could be meant by it: the vague words are said of some."""
    return {one for one in ANY if words in (told(one), told(one, is_vague=True))}


@pytest.mark.parametrize(
    ("count", "words"), [(0, "inga"), (4, "färre än 5"), (5, "minst 5"), (19, "minst 15")]
)
def test_a_count_is_told_in_fives(count, words):
    assert told(count) == words


@pytest.mark.parametrize("parts", [1, 2])
def test_a_whole_less_one_or_two_of_its_parts_leaves_three_values_for_a_few(parts):
    """A unit and those in it, a period and a shorter one, all and a choice of it: any pages side by side."""
    for few in range(1, SMALLEST_SHOWN):
        for others in itertools.combinations_with_replacement(range(1, 21), parts):
            rest = {0}
            for one in others:
                rest = added(rest, fitting(told(one)))
            whole = few + sum(others)
            possible = taken(fitting(told(whole)), rest) & fitting(told(few))
            # That a place has none is told: three places with some in a whole of few have one or two each.
            assert len(possible) >= (2 if is_small(whole) else 3), (few, others)


def added(left, right):
    return {one + other for one in left for other in right if one + other <= MOST}


def taken(left, right):
    return {one - other for one in left for other in right if one >= other}


class Tree:
    """A random tree, and what a reader who knows how it hangs together can find out by what is told of it."""

    def __init__(self, seed):
        chance = random.Random(seed)
        size = chance.randint(3, 9)
        self.parents = {0: None} | {key: chance.randrange(key) for key in range(1, size)}
        small = chance.choice([(0, 1), (0, 4), (4, 4), (0, 12)])
        self.own = {key: chance.randint(*small) if chance.random() < 0.8 else 0 for key in self.parents}
        self.counts = dict(self.own)
        for key in reversed(list(self.parents)):
            if self.parents[key] is not None:
                self.counts[self.parents[key]] += self.counts[key]
        less = vague(self.parents, self.counts)
        self.words = {key: told(self.counts[key], is_vague=key in less) for key in self.parents}
        self.inside = {key: [one for one in self.parents if self.parents[one] == key] for key in self.parents}

    def parts(self, key):
        """Possible values of what a number is made of: its children, and what lies on the place itself."""
        own = set(ANY) if self.own[key] else {0}
        return [self.up(one) for one in self.inside[key]] + [own]

    def up(self, key):
        """Possible values, by what is told of it and of all below."""
        whole = {0}
        for part in self.parts(key):
            whole = added(whole, part)
        return whole & fitting(self.words[key])

    def possible(self, key):
        """Possible values, by everything that is told in the tree."""
        parent = self.parents[key]
        if parent is None:
            return self.up(key)
        others = {0} if not self.own[parent] else set(ANY)
        for one in self.inside[parent]:
            if one != key:
                others = added(others, self.up(one))
        return self.up(key) & taken(self.possible(parent), others)


@pytest.mark.parametrize("seeds", [range(at, at + 50) for at in range(0, 200, 50)], ids=str)
def test_no_few_in_a_tree_can_be_computed_from_all_that_is_told_in_it(seeds):
    for seed in seeds:
        tree = Tree(seed)
        for key, count in tree.counts.items():
            if is_small(count):
                assert len(tree.possible(key)) >= 3, (seed, tree.parents, tree.own, tree.words)


def test_the_rule_is_needed_and_hides_no_more_than_it_must():
    ones = {0: None} | dict.fromkeys(range(1, 11), 0)
    assert vague(ones, {0: 19, 1: 10} | dict.fromkeys(range(2, 11), 1)) == {0}, "minst 15 would say 1 each"
    assert vague(ones, {0: 100} | dict.fromkeys(range(1, 11), 10)) == set()
    assert vague(ones, {0: 4} | dict.fromkeys(range(1, 5), 1) | dict.fromkeys(range(5, 11), 0)) == {0}
    assert vague({0: None, 1: 0, 2: 0}, {0: 15, 1: 12, 2: 3}) == set(), "2 could be 1 to 4"
    assert rounded(19) == 15
