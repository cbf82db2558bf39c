"""The photos of findings: small ones for the list, pairs from before and after for the page."""

from django.utils.html import format_html

from gongjian.lib.positions import distance_m, position_of
from inspections.models.findings import PhotoStage
from inspections.rules import rectification_rules


def thumbnails_of(finding):
    """Return the first photo from before and the last from after, small, side by side.

    Reads the prefetched photos.
    """
    before, after = None, None
    for photo in sorted(finding.photos.all(), key=lambda photo: photo.pk):
        if photo.stage == PhotoStage.BEFORE:
            before = before or photo
        elif photo.stage == PhotoStage.AFTER:
            after = photo
    if before is None and after is None:
        return ""
    first, second = thumbnail(PhotoStage.BEFORE, before), thumbnail(PhotoStage.AFTER, after)
    return format_html('<span class="pair">{}{}</span>', first, second)


def thumbnail(stage: PhotoStage, photo):
    """Return one small photo, or an empty frame that says that there is none."""
    if photo is None or photo.destroyed_at:
        return format_html('<i><span class="sr">没有{}照片</span></i>', stage.label)
    markup = '<img src="{}?size=small" alt="{}" width="44" height="34" loading="lazy">'
    return format_html(markup, photo.get_absolute_url(), stage.label)


def pairs_of(before, after) -> list[dict]:
    """Return each photo from after beside the nearest from before, then what is left of before.

    `words` and `tone` say how far apart they were taken, as far as the photos tell; nobody must
    have his place recorded.
    """
    pairs = [pair_of(photo, before, number) for number, photo in enumerate(after)]
    paired = [pair["before"] for pair in pairs]
    for photo in before:
        if photo not in paired:
            pairs.append({"before": photo, "after": None, "words": "", "tone": ""})
    return pairs


def pair_of(photo, before, number: int) -> dict:
    """Return a photo from after with the nearest from before, or with that of the same number."""
    nearest, metres = nearest_of(photo, before)
    if nearest is None:
        beside = before[min(number, len(before) - 1)] if before else None
        words = why_no_distance(photo, before)
        return {"before": beside, "after": photo, "words": words, "tone": ""}
    words, tone = f"相距 {metres:.0f} 米", "good"
    if metres > rectification_rules().same_spot_metres:
        words, tone = f"{words}，可能不是同一位置，请到现场核对", "bad"
    return {"before": nearest, "after": photo, "words": words, "tone": tone}


def nearest_of(photo, before):
    """Return the nearest of the photos from before and its distance in metres; None, 0 for none."""
    spot = position_of(photo)
    nearest, least = None, 0
    for other in before:
        other_spot = position_of(other)
        if spot is None or other_spot is None:
            continue
        metres = distance_m(spot, other_spot)
        if nearest is None or metres < least:
            nearest, least = other, metres
    return nearest, least


def why_no_distance(photo, before) -> str:
    """Return which of the photos lacks its place."""
    if not before:
        return "没有整改前照片，无法对照位置"
    without = "整改后照片"
    if position_of(photo):
        without = "整改前照片"
    elif not any(position_of(other) for other in before):
        without = "两张照片都"
    return f"{without}没有位置信息，请对照画面核对"
