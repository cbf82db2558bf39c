"""Photos for the demo's findings: simple drawn scenes, plainly marked 示例照片; nobody's face, nobody's plate."""

from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFont

from gongjian.lib.pdf import font_directories

SIZE = (960, 720)
HORIZON = 430
SKY, WALL, ROAD, KERB = "#cfdde6", "#d9cfc0", "#8d9091", "#b9b4aa"
RUBBISH = ("#6b4f3a", "#3f5f4a", "#8a7f5b", "#2f3b45", "#a0522d")
MARK = "示例照片"


def draw_scene(item_code: str, place: str, *, is_put_right: bool, seed: str) -> BytesIO:
    """A JPEG of a street front: littered before, clean after. The same seed draws the same street."""
    random = Random(seed)
    image = Image.new("RGB", SIZE, SKY)
    draw = ImageDraw.Draw(image)
    _draw_street(draw, random)
    if is_put_right:
        draw.rectangle((640, 470, 720, 560), fill="#2e7d4f", outline="#1d5635", width=4)
    else:
        _draw_trouble(draw, random)
    _mark(draw, f"{MARK}　{item_code}　{place}　{'整改后' if is_put_right else '整改前'}")
    file = BytesIO()
    image.save(file, "JPEG", quality=80)
    file.seek(0)
    return file


def _draw_street(draw: ImageDraw.ImageDraw, random: Random) -> None:
    left = 0
    while left < SIZE[0]:
        width, height = random.randint(150, 260), random.randint(200, 330)
        shade = random.randint(-18, 18)
        wall = tuple(int(WALL[i : i + 2], 16) + shade for i in (1, 3, 5))
        draw.rectangle(
            (left, HORIZON - height, left + width, HORIZON), fill=wall, outline="#9d9383", width=3
        )
        for floor in range(HORIZON - height + 30, HORIZON - 80, 70):
            for window in range(left + 20, left + width - 40, 60):
                draw.rectangle((window, floor, window + 34, floor + 40), fill="#7f98a8")
        draw.rectangle((left + 14, HORIZON - 62, left + width - 14, HORIZON), fill="#75695a")
        left += width
    draw.rectangle((0, HORIZON, SIZE[0], HORIZON + 60), fill=KERB)
    draw.rectangle((0, HORIZON + 60, *SIZE), fill=ROAD)


def _draw_trouble(draw: ImageDraw.ImageDraw, random: Random) -> None:
    centre = random.randint(250, 700)
    for _ in range(60):
        x, y = random.gauss(centre, 80), random.gauss(HORIZON + 110, 35)
        size = random.randint(8, 34)
        draw.polygon(
            [(x + random.randint(-size, size), y + random.randint(-size, size)) for _ in range(5)],
            fill=random.choice(RUBBISH),
        )


def _mark(draw: ImageDraw.ImageDraw, text: str) -> None:
    draw.rectangle((0, SIZE[1] - 52, *SIZE), fill="#1c2421")
    font = _font()
    draw.text(
        (20, SIZE[1] - 42), text if font else "SAMPLE", fill="#ffffff", font=font, font_size=28
    )


@cache
def _font() -> ImageFont.FreeTypeFont | None:
    """A face that has Chinese, from where documents find theirs; None where there is none."""
    for folder in font_directories():
        for path in sorted(folder.rglob("*Hei*.otf")) + sorted(folder.rglob("*.otf")):
            return ImageFont.truetype(str(path), 28)
    return None
