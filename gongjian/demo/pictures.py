"""Photos for the demo's findings: drawn street scenes, plainly marked 示例照片, without people."""

from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFont

from gongjian.lib.pdf import font_directories

SIZE = (960, 720)
HORIZON = 430
WALL = (217, 207, 192)
SKY, ROAD, KERB = "#cfdde6", "#8d9091", "#b9b4aa"
RUBBISH = ("#6b4f3a", "#3f5f4a", "#8a7f5b", "#2f3b45", "#a0522d")
WINDOW, DOOR, LINE = "#7f98a8", "#75695a", "#9d9383"
MARK = "示例照片"


def draw_scene(item_code: str, place: str, *, is_put_right: bool, seed: str) -> BytesIO:
    """Return a JPEG of a street, littered before and clean after; the same for the same seed."""
    random = Random(seed)
    image = Image.new("RGB", SIZE, SKY)
    draw = ImageDraw.Draw(image)
    draw_street(draw, random)
    if is_put_right:
        draw.rectangle((640, 470, 720, 560), fill="#2e7d4f", outline="#1d5635", width=4)
    else:
        draw_rubbish(draw, random)
    when = "整改后" if is_put_right else "整改前"
    write_caption(draw, f"{MARK}　{item_code}　{place}　{when}")
    file = BytesIO()
    image.save(file, "JPEG", quality=80)
    file.seek(0)
    return file


def draw_street(draw: ImageDraw.ImageDraw, random: Random) -> None:
    """Draw a row of houses above a kerb and a road."""
    x = 0
    while x < SIZE[0]:
        x += draw_house(draw, random, x)
    road_top = HORIZON + 60
    draw.rectangle((0, HORIZON, SIZE[0], road_top), fill=KERB)
    draw.rectangle((0, road_top, *SIZE), fill=ROAD)


def draw_house(draw: ImageDraw.ImageDraw, random: Random, x: int) -> int:
    """Draw a house with its windows and shop door from `x` on; return its width."""
    width = random.randint(150, 260)
    height = random.randint(200, 330)
    shade = random.randint(-18, 18)
    wall = tuple(part + shade for part in WALL)
    top, right = HORIZON - height, x + width
    draw.rectangle((x, top, right, HORIZON), fill=wall, outline=LINE, width=3)
    for floor in range(top + 30, HORIZON - 80, 70):
        for window in range(x + 20, right - 40, 60):
            pane = (window, floor, window + 34, floor + 40)
            draw.rectangle(pane, fill=WINDOW)
    door = (x + 14, HORIZON - 62, right - 14, HORIZON)
    draw.rectangle(door, fill=DOOR)
    return width


def draw_rubbish(draw: ImageDraw.ImageDraw, random: Random) -> None:
    """Scatter sixty scraps about a spot on the road."""
    centre = random.randint(250, 700)
    for _ in range(60):
        x = random.gauss(centre, 80)
        y = random.gauss(HORIZON + 110, 35)
        size = random.randint(8, 34)
        corners = []
        for _ in range(5):
            right = random.randint(-size, size)
            down = random.randint(-size, size)
            corners.append((x + right, y + down))
        draw.polygon(corners, fill=random.choice(RUBBISH))


def write_caption(draw: ImageDraw.ImageDraw, text: str) -> None:
    """Write the text on a dark bar, or SAMPLE where no face has Chinese."""
    draw.rectangle((0, SIZE[1] - 52, *SIZE), fill="#1c2421")
    font = chinese_font()
    caption = text if font else "SAMPLE"
    draw.text((20, SIZE[1] - 42), caption, fill="#ffffff", font=font, font_size=28)


@cache
def chinese_font() -> ImageFont.FreeTypeFont | None:
    """Return a face that has Chinese, from where documents find theirs; None without any."""
    for folder in font_directories():
        for path in sorted(folder.rglob("*Hei*.otf")) + sorted(folder.rglob("*.otf")):
            return ImageFont.truetype(str(path), 28)
    return None
