from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from corpus.corrections import (
    ADDED,
    MARK,
    Corrected,
    Correction,
    Field,
    agrees,
    checked_value,
    claim_key,
    correct_claims,
    correction_id,
    value_of,
)
from corpus.ids import claim_id
from corpus.records import Claim, Evidence, Role, Span, Status, Variant

NAMES = {"unet": "U-Net", "swin": "Swin", "vit": "ViT"}


def claim(key: str, status: Status = Status.USED, variants: tuple[tuple[str, Status], ...] = (), *roles: Role) -> Claim:
    """What an extractor says in document `d`; a key that NAMES lacks is an unknown architecture."""
    known, name = (key, NAMES[key]) if key in NAMES else (None, key)
    evidence = Evidence(Span(f"block-{key}", 0, 4), "text")
    parts = tuple(Variant(*pair) for pair in variants)
    return Claim(claim_id("d", known, name), "d", name, known, status, roles, parts, (), (evidence,), 0.5, "v1")


def says(key: str, field: Field, value: object, at: str = "2026-11-20", quote: str | None = None) -> Correction:
    """A correction of a claim in document `d`."""
    checked = checked_value(field, value)
    name = NAMES.get(key, key.removeprefix("name:"))
    return Correction(correction_id("d", key, field), "d", "doc", field, checked, "why", at, key, name, None, quote)


def to(key: str) -> dict[str, object]:
    """The value of a correction of the architecture."""
    return {"id": key if key in NAMES else None, "name": NAMES.get(key, key)}


def corrected(claims: list[Claim], *corrections: Correction) -> Corrected:
    return correct_claims(claims, corrections, lambda words, name: None)


def by_key(result: Corrected) -> dict[str, Claim]:
    return {claim_key(c.architecture_id, c.name): c for c in result.claims}


def test_a_status_takes_the_variants_that_had_it_along_and_leaves_none_stronger() -> None:
    variants = (("b", Status.USED), ("c", Status.TRIED), ("d", Status.MENTIONED))
    result = corrected([claim("unet", Status.USED, variants)], says("unet", Field.STATUS, "tried"))
    (one,) = result.claims
    assert (one.status, one.confidence, one.made_by) == (Status.TRIED, 1.0, f"v1{MARK}")
    assert {v.name: v.status.value for v in one.variants} == {"b": "tried", "c": "tried", "d": "mentioned"}
    raised = corrected([claim("unet", Status.TRIED, variants[1:])], says("unet", Field.STATUS, "used")).claims[0]
    assert {v.name: v.status.value for v in raised.variants} == {"c": "used", "d": "mentioned"}
    assert list(result.extracted.values()) == ["used"]


def test_variants_said_by_a_person_stay_as_said_unless_stronger_than_the_claim() -> None:
    given = claim("unet", Status.TRIED, (("x", Status.TRIED),))
    said = says("unet", Field.VARIANTS, [["b", "used"], ["c", "mentioned"]])
    (one,) = corrected([given], said).claims
    assert (one.status, [(v.name, v.status.value) for v in one.variants]) == (
        "used",
        [("b", "used"), ("c", "mentioned")],
    )
    (both,) = corrected([given], said, says("unet", Field.STATUS, "tried")).claims
    assert (both.status, [v.status.value for v in both.variants]) == ("tried", ["tried", "mentioned"])


def test_a_claim_goes_and_one_comes() -> None:
    found = Evidence(Span("block", 3, 9), "a ViT.", 5, 8)
    corrections = [
        says("unet", Field.CLAIM, "absent"), says("vit", Field.CLAIM, "present", quote="a ViT."),
        says("vit", Field.STATUS, "tried"), says("name:frogformer", Field.CLAIM, "present"),
    ]  # fmt: skip
    result = correct_claims([claim("unet")], corrections, lambda words, name: found if words == "a ViT." else None)
    kept = by_key(result)
    assert set(kept) == {"vit", "name:frogformer"}
    assert (kept["vit"].status, kept["vit"].evidence, kept["vit"].made_by) == (Status.TRIED, (found,), ADDED)
    assert kept["vit"].id == claim_id("d", "vit", "ViT")
    unknown = kept["name:frogformer"]
    assert (unknown.architecture_id, unknown.status, unknown.evidence) == (
        None, Status.MENTIONED, (Evidence(None, None),),
    )  # fmt: skip
    assert [result.extracted[c.id] for c in corrections] == ["present", "absent", None, "absent"]


def test_a_claim_that_the_extractor_comes_to_make_itself_is_its_own() -> None:
    result = corrected([claim("vit", Status.USED)], says("vit", Field.CLAIM, "present"))
    assert result.claims == (claim("vit", Status.USED),)
    assert list(result.extracted.values()) == ["present"]
    assert corrected([], says("vit", Field.STATUS, "used")) == Corrected((), {})


def test_a_claim_moves_to_its_architecture_and_is_joined_to_what_is_said_there() -> None:
    one = claim("unet", Status.USED, (("b", Status.USED),), Role.BACKBONE)
    other = claim("swin", Status.TRIED, (("b", Status.TRIED), ("t", Status.TRIED)), Role.HEAD)
    move = says("unet", Field.ARCHITECTURE, to("swin"))
    result = corrected([one, other], move)
    (joined,) = result.claims
    assert (joined.id, joined.name, joined.status) == (other.id, "Swin", Status.USED)
    assert {v.name: v.status for v in joined.variants} == {"b": Status.USED, "t": Status.TRIED}
    assert joined.roles == (Role.BACKBONE, Role.HEAD)
    assert joined.evidence == (*other.evidence, *one.evidence)
    assert result.extracted == {move.id: {"id": "unet", "name": "U-Net"}}
    alone = corrected([one], says("unet", Field.ARCHITECTURE, {"id": None, "name": "Frog Former"})).claims[0]
    assert (alone.architecture_id, alone.id) == (None, claim_id("d", None, "Frog Former"))


def test_what_is_said_of_the_architecture_moved_to_holds_for_the_whole() -> None:
    move, status = says("unet", Field.ARCHITECTURE, to("swin")), says("swin", Field.STATUS, "mentioned")
    for claims in ([claim("unet")], [claim("unet"), claim("swin", Status.TRIED)]):
        assert by_key(corrected(claims, move, status))["swin"].status is Status.MENTIONED
    assert corrected([claim("unet")], move, says("swin", Field.CLAIM, "absent")).claims == ()


def test_moves_follow_one_another_and_a_circle_ends() -> None:
    chain = [says("unet", Field.ARCHITECTURE, to("swin")), says("swin", Field.ARCHITECTURE, to("vit"))]
    assert set(by_key(corrected([claim("unet")], *chain))) == {"vit"}
    assert set(by_key(corrected([claim("unet")], *chain[::-1]))) == {"vit"}
    circle = [says("unet", Field.ARCHITECTURE, to("swin")), says("swin", Field.ARCHITECTURE, to("unet"))]
    assert len(corrected([claim("unet")], *circle).claims) == 1


def test_a_move_that_the_extractor_has_come_to_make_is_agreed_with() -> None:
    move = says("unet", Field.ARCHITECTURE, to("swin"))
    result = corrected([claim("swin")], move)
    assert result.claims == (claim("swin"),)
    assert agrees(move, result.extracted[move.id])
    assert not agrees(move, {"id": "unet", "name": "U-Net"})


def test_the_later_of_two_about_one_thing_counts() -> None:
    old, new = says("unet", Field.STATUS, "tried", "2026-01-01"), says("unet", Field.STATUS, "mentioned", "2026-02-01")
    for order in ([old, new], [new, old]):
        assert corrected([claim("unet")], *order).claims[0].status is Status.MENTIONED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Field.CLAIM, "maybe"), (Field.STATUS, "dropped"), (Field.STATUS, None), (Field.ROLES, ["captain"]),
        (Field.ROLES, "main"), (Field.VARIANTS, ["b4"]), (Field.VARIANTS, [["", "used"]]),
        (Field.VARIANTS, [[1, "used"]]),
        (Field.ARCHITECTURE, "unet"), (Field.ARCHITECTURE, {"id": None, "name": " "}), (Field.RANK, 3),
        (Field.RANK, {"rank": 0, "source": "author"}), (Field.RANK, {"rank": True, "source": "author"}),
        (Field.RANK, {"rank": 3, "source": "hearsay"}), (Field.COMPETITION, "no-platform"), (Field.COMPETITION, 7),
    ],
)  # fmt: skip
def test_what_cannot_be_a_value_is_refused(field: Field, value: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        checked_value(field, value)


statuses = st.sampled_from(list(Status))
claims = st.builds(
    lambda status, roles, variants: claim(
        "unet",
        max((status, *variants.values()), key=lambda s: s.strength),
        tuple(sorted(variants.items())),
        *sorted(roles),
    ),
    statuses,
    st.sets(st.sampled_from(list(Role)), max_size=3),
    st.dictionaries(st.text("abc", min_size=1), statuses, max_size=3),
)
values = st.one_of(
    st.tuples(st.just(Field.STATUS), statuses),
    st.tuples(st.just(Field.ROLES), st.lists(st.sampled_from(list(Role)), max_size=3)),
    st.tuples(st.just(Field.VARIANTS), st.lists(st.tuples(st.text("abc", min_size=1), statuses), max_size=3)),
    st.tuples(st.just(Field.CLAIM), st.sampled_from(["absent", "present"])),
    st.tuples(st.just(Field.ARCHITECTURE), st.sampled_from([to("swin"), to("vit")])),
)


@given(st.lists(claims, max_size=1), st.lists(st.tuples(st.sampled_from([*NAMES]), values), max_size=6))
def test_corrections_hold_whatever_order_and_no_variant_is_stronger_than_its_claim(
    made: list[Claim], asked: list[tuple[str, tuple[Field, object]]]
) -> None:
    wanted = [says(key, field, value, f"2026-11-{n:02}") for n, (key, (field, value)) in enumerate(asked, start=1)]
    result = corrected(made, *wanted)
    assert result == corrected(made, *reversed(wanted))
    for one in result.claims:
        assert one.evidence
        assert all(v.status.strength <= one.status.strength for v in one.variants)
    moves = [c for c in wanted if c.field is Field.ARCHITECTURE]
    for correction in wanted if not moves else ():
        current = by_key(result).get(correction.architecture)
        is_last = correction is [c for c in wanted if c.id == correction.id][-1]
        if is_last and current is not None and correction.field in (Field.STATUS, Field.ROLES):
            assert value_of(current, correction.field) == correction.value


@given(claims)
def test_an_own_value_is_a_checked_value(made: Claim) -> None:
    for field in (Field.CLAIM, Field.STATUS, Field.ROLES, Field.VARIANTS, Field.ARCHITECTURE):
        value = value_of(made, field)
        assert checked_value(field, value) == value
        assert agrees(replace(says("unet", Field.CLAIM, "present"), field=field, value=value), value)
